// SPDX-License-Identifier: Apache-2.0
import { answer, halfWidth, passkeyRefusal, ProblemError, usePasskey } from '@yungui/shared';
import { api, type Schemas } from '../api';

export const phonePattern = /^1\d{10}$/;

/** Digits of a phone as people write it: +86, spaces, dashes and full-width digits are understood. */
export function readPhone(typed: string): string {
  return halfWidth(typed)
    .replace(/[\s\-()]/g, '')
    .replace(/^(?:\+|00)86(?=1\d{10}$)/, '');
}

const usedKey = 'yungui.passkey';

/** Whether a passkey was used or made on this device: then it is offered first. */
export function passkeyUsedHere(): boolean {
  try {
    return localStorage.getItem(usedKey) === '1';
  } catch {
    return false;
  }
}

export function rememberPasskey(): void {
  try {
    localStorage.setItem(usedKey, '1');
  } catch {
    // It is then offered second.
  }
}

/** Runs a browser ceremony; its refusals become problems with texts of their own. */
export async function ceremony<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = passkeyRefusal(error);
    if (!reason) throw error;
    throw new ProblemError({ type: 'about:blank', title: '', status: 400, reason });
  }
}

export async function signInWithPasskey(institution: string): Promise<Schemas['Session']> {
  const options = await answer(api.POST('/v1/sessions/passkey/options', { body: { institution } }));
  const credential = await ceremony(() => usePasskey(options));
  const session = await answer(api.POST('/v1/sessions/passkey', { body: credential }));
  rememberPasskey();
  return session;
}

/** Where to go after signing in: a path of this page and nothing else. */
export function safeNext(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/';
}
