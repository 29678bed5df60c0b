// SPDX-License-Identifier: Apache-2.0
import { problemOf, type Problem } from '@yungui/shared';
import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import { useLive } from '../stores/live';

/**
 * Reads something now, and again when the bank says that things changed or the network is back. What was read before stays in
 * view while it is read again. Where no live connection stands, `pollMs` reads it at that pace. What is asked for by `once` does
 * something, as sending a code: it is done again only by `load`.
 */
export function useLoad<T>(read: () => Promise<T>, options: { pollMs?: number; once?: boolean; while?: (data: T | undefined) => boolean } = {}) {
  const data = shallowRef<T>();
  const problem = ref<Problem>();
  const loading = ref(false);
  const live = useLive();
  let latest = 0;

  async function load(): Promise<void> {
    const mine = ++latest;
    loading.value = true;
    try {
      const found = await read();
      if (mine !== latest) return;
      data.value = found;
      problem.value = undefined;
    } catch (error) {
      if (mine === latest) problem.value = problemOf(error);
    } finally {
      if (mine === latest) loading.value = false;
    }
  }

  if (!options.once) watch(() => live.beat, load);
  if (options.pollMs) {
    const timer = setInterval(() => {
      if (!live.connected && document.visibilityState === 'visible' && (options.while?.(data.value) ?? true)) void load();
    }, options.pollMs);
    onScopeDispose(() => clearInterval(timer));
  }
  void load();
  return { data, problem, loading, load };
}
