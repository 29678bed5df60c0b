// SPDX-License-Identifier: Apache-2.0
import { answer, ProblemError } from '@yungui/shared';
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { api, credentials, type Schemas } from '../api';
import { forgetDrafts } from '../drafts';
import { useLive } from './live';

/** Who is signed in: nobody, a proven phone, or a customer. */
export const useSession = defineStore('session', () => {
  const session = ref<Schemas['Session']>();
  const known = ref(false);
  let checking: Promise<void> | undefined;

  const signedIn = computed(() => session.value !== undefined);
  const customer = computed(() => session.value?.kind === 'customer');

  function take(next: Schemas['Session'] | undefined): void {
    session.value = next;
    known.value = true;
    credentials.csrfToken = next?.csrf_token;
    const live = useLive();
    if (next) live.start();
    else live.stop();
  }

  /** Asks the server; a lost connection changes nothing. */
  function check(): Promise<void> {
    checking ??= answer(api.GET('/v1/session'))
      .then(take)
      .catch((error: unknown) => {
        if (error instanceof ProblemError && error.problem.status === 401) take(undefined);
        else if (!(error instanceof ProblemError)) throw error;
      })
      .finally(() => (checking = undefined));
    return checking;
  }

  credentials.onUnauthorised = () => {
    if (session.value && !checking) void check();
  };

  async function signOut(): Promise<void> {
    try {
      await answer(api.DELETE('/v1/session'));
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.status !== 401) throw error;
    }
    forgetDrafts();
    take(undefined);
  }

  return { session, known, signedIn, customer, take, check, signOut };
});
