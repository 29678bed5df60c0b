// SPDX-License-Identifier: Apache-2.0
import { answer, ProblemError } from '@yungui/shared';
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { api, signedIn, type Schemas } from '../api';
import { useLive } from './live';

/** Who works here. */
export const useSession = defineStore('session', () => {
  const session = ref<Schemas['StaffSession']>();
  const known = ref(false);

  function take(next: Schemas['StaffSession'] | undefined): void {
    session.value = next;
    known.value = true;
    signedIn.csrfToken = next?.csrf_token;
    const live = useLive();
    if (next) live.start();
    else live.stop();
  }

  /** Asks the server once, when the page opens. Throws where the bank cannot be reached. */
  async function check(): Promise<void> {
    try {
      take(await answer(api.GET('/v1/staff/session')));
    } catch (error) {
      if (!(error instanceof ProblemError) || ![401, 403].includes(error.problem.status)) throw error;
      take(undefined);
    }
  }

  async function firstFactor(username: string, password: string): Promise<string> {
    return (await answer(api.POST('/v1/staff/sessions', { body: { username, password } }))).ticket;
  }

  async function secondFactor(ticket: string, code: string): Promise<void> {
    take(await answer(api.POST('/v1/staff/sessions/second-factor', { body: { ticket, code } })));
  }

  async function signOut(): Promise<void> {
    try {
      await answer(api.DELETE('/v1/staff/session'));
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.status !== 401) throw error;
    }
    take(undefined);
  }

  function may(permission: string): boolean {
    return session.value?.permissions.includes(permission) ?? false;
  }

  signedIn.whenOver = () => {
    if (session.value) take(undefined);
  };

  return { session, known, check, firstFactor, secondFactor, signOut, may };
});
