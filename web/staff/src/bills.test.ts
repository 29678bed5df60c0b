// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { byDay, mayBeProposed } from './bills';

test('the states of a date are put together, the latest date first', () => {
  expect(byDay([
    { day: '2026-11-20', state: 'balanced', billers: 3, open: 0 },
    { day: '2026-11-21', state: 'different', billers: 1, open: 2 },
    { day: '2026-11-21', state: 'settled', billers: 2, open: 0 },
    { day: '2026-11-21', state: 'made', billers: 4, open: 0 },
  ])).toEqual([
    { day: '2026-11-21', billers: 7, agreed: 2, different: 1, waiting: 4, open: 2 },
    { day: '2026-11-20', billers: 3, agreed: 3, different: 0, waiting: 0, open: 0 },
  ]);
  expect(byDay([])).toEqual([]);
});

test('a payout is proposed by a person where the program makes none', () => {
  const day = (state: Parameters<typeof mayBeProposed>[0]['state'], payout?: string) => mayBeProposed({ state, ...(payout && { payout: { state: payout } as never }) });
  expect([day('making'), day('balanced'), day('settled', 'due'), day('balanced', 'waiting'), day('delivered', 'waiting'), day('balanced', 'paid')]).toEqual([false, false, false, false, false, false]);
  expect([day('made'), day('delivered'), day('different'), day('delivered', 'due'), day('balanced', 'refused'), day('settled', 'came-back')]).toEqual([true, true, true, true, true, true]);
});
