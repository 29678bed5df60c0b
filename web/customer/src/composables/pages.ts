// SPDX-License-Identifier: Apache-2.0
import { problemOf, type Problem } from '@yungui/shared';
import { computed, ref, shallowRef, watch } from 'vue';
import { useLive } from '../stores/live';

interface Page<T> {
  items: T[];
  next_cursor?: string;
}

/** A list that is read page by page. When something changed its first page is read again and what is new is put before the rest. */
export function usePages<T extends { id: string }>(read: (cursor: string | undefined) => Promise<Page<T>>) {
  const items = shallowRef<T[]>();
  const cursor = ref<string>();
  const problem = ref<Problem>();
  const loading = ref(false);

  async function turn(work: () => Promise<void>): Promise<void> {
    if (loading.value) return;
    loading.value = true;
    try {
      await work();
      problem.value = undefined;
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      loading.value = false;
    }
  }

  const load = () =>
    turn(async () => {
      const page = await read(undefined);
      const fresh = new Set(page.items.map((one) => one.id));
      const older = items.value ?? [];
      const joined = older.some((one) => fresh.has(one.id));
      items.value = joined ? [...page.items, ...older.filter((one) => !fresh.has(one.id))] : page.items;
      if (!joined) cursor.value = page.next_cursor;
    });

  const next = () =>
    turn(async () => {
      const page = await read(cursor.value);
      const had = new Set(items.value?.map((one) => one.id));
      items.value = [...(items.value ?? []), ...page.items.filter((one) => !had.has(one.id))];
      cursor.value = page.next_cursor;
    });

  watch(() => useLive().beat, load);
  void load();
  return { items, problem, loading, load, next, more: computed(() => !!cursor.value) };
}
