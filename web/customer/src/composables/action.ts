// SPDX-License-Identifier: Apache-2.0
import { problemOf, type Problem } from '@yungui/shared';
import { ref } from 'vue';

/**
 * Something a person sets going with a tap. A second tap while it runs does nothing; a refusal is kept to be shown until the next
 * answer is there, so that nothing moves under a finger that taps twice.
 */
export function useAction<A extends unknown[]>(work: (...given: A) => Promise<void>) {
  const busy = ref(false);
  const problem = ref<Problem>();

  async function run(...given: A): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      await work(...given);
      problem.value = undefined;
      return true;
    } catch (error) {
      problem.value = problemOf(error);
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { run, busy, problem };
}
