// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Schemas } from './api';
import { barsOf, daysOf, periodOf } from './statement';

test.each([
  ['month', '2026-11-21', '2026-11-01', '2026-11-21'],
  ['last-month', '2026-03-15', '2026-02-01', '2026-02-28'],
  ['last-month', '2027-01-02', '2026-12-01', '2026-12-31'],
  ['quarter', '2026-01-31', '2025-11-01', '2026-01-31'],
  ['year', '2024-02-29', '2023-03-01', '2024-02-29'],
] as const)('%s seen from %s is %s to %s', (preset, today, from, to) => expect(periodOf(preset, today)).toEqual({ from, to }));

test('no preset asks for more than 366 days', () => {
  for (const today of ['2024-02-29', '2026-12-31', '2027-01-01']) expect(daysOf(periodOf('year', today))).toBeLessThanOrEqual(366);
});

const entry = (day: string, direction: 'in' | 'out', amount: string) =>
  ({ at: `${day}T04:00:00Z`, business_date: day, direction, amount: { amount, currency: 'CNY' } }) as Schemas['Entry'];

test('bars hold every entry once, in days, weeks or months', () => {
  const entries = [entry('2026-11-01', 'in', '10.00'), entry('2026-11-01', 'out', '0.01'), entry('2026-11-20', 'out', '5.50')];
  const days = barsOf({ from: '2026-11-01', to: '2026-11-21' }, entries);
  expect(days).toHaveLength(21);
  expect(days[0]).toEqual({ day: '2026-11-01', incoming: 1000n, outgoing: 1n });
  expect(days[19]?.outgoing).toBe(550n);
  const weeks = barsOf({ from: '2026-09-01', to: '2026-11-21' }, entries);
  expect(weeks).toHaveLength(12);
  const months = barsOf({ from: '2025-12-01', to: '2026-11-21' }, entries);
  expect(months).toHaveLength(12);
  for (const bars of [days, weeks, months]) expect(bars.reduce((sum, bar) => sum + bar.incoming + bar.outgoing, 0n)).toBe(1551n);
});

test('an entry without a business date is placed on the bank’s calendar', () => {
  const late = { ...entry('2026-11-02', 'in', '1.00'), at: '2026-11-01T17:00:00Z', business_date: undefined };
  expect(barsOf({ from: '2026-11-01', to: '2026-11-03' }, [late]).map((bar) => bar.incoming)).toEqual([0n, 100n, 0n]);
});
