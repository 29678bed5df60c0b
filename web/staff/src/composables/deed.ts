// SPDX-License-Identifier: Apache-2.0
import { problemOf, type Problem } from '@yungui/shared';
import { ref } from 'vue';

/** Something the person sets going: runs once at a time and keeps a refusal to be shown. Answers whether it was done. */
export function useDeed<Given extends unknown[]>(work: (...given: Given) => Promise<void>) {
  const busy = ref(false);
  const problem = ref<Problem>();

  async function run(...given: Given): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    problem.value = undefined;
    try {
      await work(...given);
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      busy.value = false;
    }
    return problem.value === undefined;
  }

  return { run, busy, problem };
}
