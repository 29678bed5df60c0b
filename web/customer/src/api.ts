// SPDX-License-Identifier: Apache-2.0
import { createApi, settings, type components } from '@yungui/shared';

export type Schemas = components['schemas'];

/** Set by the session store; here because the client must exist before any store. */
export const credentials: { csrfToken: string | undefined; onUnauthorised: () => void } = {
  csrfToken: undefined,
  onUnauthorised: () => undefined,
};

export const api = createApi({
  language: () => settings.language,
  csrfToken: () => credentials.csrfToken,
  onSignedOut: () => credentials.onUnauthorised(),
});
