// SPDX-License-Identifier: Apache-2.0
import { problemOf, type Problem } from '@yungui/shared';
import { ref, shallowRef, watch, type WatchSource } from 'vue';
import { useLive } from '../stores/live';

export interface ReadingOptions {
  /** Read again when the bank says that things changed. */
  live?: boolean;
  /** Start over, forgetting what was read, when one of these changes. */
  anew?: WatchSource[];
}

/** Something read from the bank. An answer that a later question has overtaken is dropped; what stands stays while it is read again. */
export function useReading<T>(read: () => Promise<T>, options: ReadingOptions = {}) {
  const data = shallowRef<T>();
  const problem = ref<Problem>();
  const loading = ref(false);
  let asked = 0;

  async function load(): Promise<void> {
    const turn = ++asked;
    loading.value = true;
    try {
      const found = await read();
      if (turn !== asked) return;
      data.value = found;
      problem.value = undefined;
    } catch (error) {
      if (turn === asked) problem.value = problemOf(error);
    } finally {
      if (turn === asked) loading.value = false;
    }
  }

  /** Takes what a deed answered: newer than whatever is being read. */
  function take(answered: T): void {
    asked++;
    loading.value = false;
    data.value = answered;
    problem.value = undefined;
  }

  if (options.live) watch(() => useLive().beat, load);
  if (options.anew) {
    watch(options.anew, () => {
      data.value = undefined;
      void load();
    });
  }
  void load();
  return { data, problem, loading, load, take };
}
