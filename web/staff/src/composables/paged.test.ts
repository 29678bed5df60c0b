// SPDX-License-Identifier: Apache-2.0
import { expect, test, vi } from 'vitest';
import { usePaged } from './paged';

const all = Array.from({ length: 250 }, (_, n) => n);
const reader = () =>
  vi.fn((cursor: string | undefined, limit: number) => {
    const from = Number(cursor ?? 0);
    const to = Math.min(from + limit, all.length);
    return Promise.resolve({ items: all.slice(from, to), ...(to < all.length && { next_cursor: String(to) }) });
  });
const settled = () => new Promise((done) => setTimeout(done, 5));

test('what was opened with more stays when the list is read again', async () => {
  const read = reader();
  const list = usePaged(read, 100);
  await settled();
  expect([list.items.value?.length, list.hasMore.value]).toEqual([100, true]);
  await list.more();
  expect(list.items.value?.length).toBe(200);
  read.mockClear();
  await list.load();
  expect(list.items.value).toEqual(all.slice(0, 200));
  expect(read.mock.calls).toEqual([[undefined, 100], ['100', 100]]);
  await list.more();
  expect([list.items.value?.length, list.hasMore.value]).toEqual([250, false]);
  await list.load();
  expect(list.items.value).toEqual(all);
});

test('an answer that a later question has overtaken is dropped, and a refusal keeps what was read', async () => {
  let refuse = false;
  const slow = reader();
  const list = usePaged(async (cursor, limit) => {
    if (refuse) throw new Error('no');
    return slow(cursor, limit);
  }, 20);
  await settled();
  const first = list.more();
  const second = list.load();
  await Promise.all([first, second]);
  expect(list.items.value?.length).toBe(20);
  refuse = true;
  await list.load();
  expect(list.items.value?.length).toBe(20);
  expect(list.problem.value).toBeDefined();
});
