// SPDX-License-Identifier: Apache-2.0
import { createApi, settings, type components } from '@yungui/shared';

export type Schemas = components['schemas'];

/** What the session store knows and each call needs; here because the client exists before any store. */
export const signedIn: { csrfToken: string | undefined; whenOver: () => void } = {
  csrfToken: undefined,
  whenOver: () => undefined,
};

export const api = createApi({
  language: () => settings.language,
  csrfToken: () => signedIn.csrfToken,
  onSignedOut: () => signedIn.whenOver(),
});
