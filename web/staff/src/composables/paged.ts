// SPDX-License-Identifier: Apache-2.0
import { problemOf, type Problem } from '@yungui/shared';
import { computed, ref, shallowRef, watch, type WatchSource } from 'vue';
import { useLive } from '../stores/live';

export interface Page {
  items: unknown[];
  next_cursor?: string;
}

/**
 * A list read page by page. `read` gets the cursor (undefined: from the start) and how many to ask for. When the bank says that
 * things changed, as many as are shown (up to 100, the most that one call gives) are read again from the start.
 */
export function usePaged<P extends Page>(read: (cursor: string | undefined, limit: number) => Promise<P>, size: number, options: { live?: boolean; anew?: WatchSource[] } = {}) {
  const items = shallowRef<P['items'][number][]>();
  const first = shallowRef<P>();
  const next = ref<string>();
  const problem = ref<Problem>();
  const loading = ref(false);
  let asked = 0;

  async function turn(cursor: string | undefined, limit: number): Promise<void> {
    const mine = ++asked;
    loading.value = true;
    try {
      const page = await read(cursor, limit);
      if (mine !== asked) return;
      items.value = cursor === undefined ? page.items : [...(items.value ?? []), ...page.items];
      if (cursor === undefined) first.value = page;
      next.value = page.next_cursor;
      problem.value = undefined;
    } catch (error) {
      if (mine === asked) problem.value = problemOf(error);
    } finally {
      if (mine === asked) loading.value = false;
    }
  }

  const load = () => turn(undefined, Math.min(100, Math.max(size, items.value?.length ?? 0)));
  const more = () => (next.value === undefined ? Promise.resolve() : turn(next.value, size));

  if (options.live) watch(() => useLive().beat, load);
  if (options.anew) {
    watch(options.anew, () => {
      items.value = undefined;
      next.value = undefined;
      void load();
    });
  }
  void load();
  return { items, first, more, hasMore: computed(() => next.value !== undefined), problem, loading, load };
}
