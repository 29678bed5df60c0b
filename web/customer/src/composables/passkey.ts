// SPDX-License-Identifier: Apache-2.0
import { answer, createPasskey } from '@yungui/shared';
import { api } from '../api';
import { ceremony, rememberPasskey } from './sign-in';

/** Makes a passkey on this device and gives its public half to the bank. */
export async function addPasskey(): Promise<void> {
  const options = await answer(api.POST('/v1/me/passkeys/options'));
  const credential = await ceremony(() => createPasskey(options));
  await answer(api.POST('/v1/me/passkeys', { body: credential }));
  rememberPasskey();
}
