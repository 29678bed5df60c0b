// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { byDay } from './bills';

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
