// SPDX-License-Identifier: Apache-2.0
import { problemOf, type Problem } from '@yungui/shared';
import { computed, ref, shallowRef, watch, type WatchSource } from 'vue';
import { useLive } from '../stores/live';

export interface Page {
  items: unknown[];
  next_cursor?: string;
}

/** What one call gives at most. */
const most = 100;

/**
 * A list read page by page. `read` gets the cursor (undefined: from the start) and how many to ask for. When the bank says that
 * things changed, as many as are shown are read again from the start, 100 in a call.
 */
export function usePaged<P extends Page>(read: (cursor: string | undefined, limit: number) => Promise<P>, size: number, options: { live?: boolean; anew?: WatchSource[] } = {}) {
  const items = shallowRef<P['items'][number][]>();
  const first = shallowRef<P>();
  const next = ref<string>();
  const problem = ref<Problem>();
  const loading = ref(false);
  let asked = 0;

  /** Reads on from a cursor until `wanted` are there or the list ends. */
  async function turn(cursor: string | undefined, wanted: number): Promise<void> {
    const mine = ++asked;
    loading.value = true;
    try {
      const found: P['items'][number][] = cursor === undefined ? [] : [...(items.value ?? [])];
      const end = found.length + wanted;
      let from = cursor;
      do {
        const page = await read(from, Math.min(most, end - found.length));
        if (mine !== asked) return;
        if (from === undefined) first.value = page;
        found.push(...page.items);
        from = page.next_cursor;
      } while (from !== undefined && found.length < end);
      items.value = found;
      next.value = from;
      problem.value = undefined;
    } catch (error) {
      if (mine === asked) problem.value = problemOf(error);
    } finally {
      if (mine === asked) loading.value = false;
    }
  }

  const load = () => turn(undefined, Math.max(size, items.value?.length ?? 0));
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
