// SPDX-License-Identifier: Apache-2.0
import { Attempt, ProblemError } from '@yungui/shared';
import { computed, ref } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { Schemas } from '../api';
import { useAction } from './action';

/**
 * Something that is proven before it is done: its form and its proof are places of their own, so that going back loses nothing. `ask`
 * begins the proof; `act` does it and answers the page that shows what came of it. The key stays the same while the order does, however
 * often it is sent; a refusal ends the attempt.
 */
export function useProven<Order>(place: string, ask: (order: Order) => Promise<Schemas['Proof']>, act: (order: Order, proof: string, key: string) => Promise<string>) {
  const route = useRoute();
  const router = useRouter();
  const attempt = new Attempt();
  const proof = ref<Schemas['Proof']>();
  let order: Order | undefined;

  const begin = useAction(async (wanted: Order) => {
    proof.value = await ask(wanted);
    order = wanted;
    await router.push({ path: place, query: { step: 'proof' } });
  });

  async function pay(token: string): Promise<string> {
    if (order === undefined) throw new Error('nothing was begun');
    try {
      const page = await act(order, token, attempt.keyFor(order));
      attempt.finish();
      return page;
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status >= 400 && error.problem.status < 500) attempt.finish();
      throw error;
    }
  }

  return { begin, pay, proof, proving: computed(() => route.query.step === 'proof' && proof.value !== undefined), back: () => router.replace(place) };
}
