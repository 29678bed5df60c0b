// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { monthMark, monthName, slicesOf } from './spending';

const money = (amount: string) => ({ amount, currency: 'CNY' });

test('shares leave out what is one\u2019s own and begin with the largest', () => {
  const month = { month: '2026-11', in: money('0.00'), out: money('40.00'), count: 2, categories: [{ code: 'food', amount: money('10.00'), count: 1 }, { code: 'own', amount: money('99.00'), count: 1 }, { code: 'bills', amount: money('30.00'), count: 1 }] };
  const categories = [{ code: 'own', name: { zh: 'x' }, own: true }, { code: 'food', name: { zh: 'x' }, own: false }, { code: 'bills', name: { zh: 'x' }, own: false }];
  expect(slicesOf(month, categories).map((one) => [one.code, one.share])).toEqual([['bills', 0.75], ['food', 0.25]]);
});

test('beside each category stands what the month before took, on the same scale', () => {
  const month = (out: [string, string][]) => ({ month: '2026-11', in: money('0.00'), out: money('0.00'), count: 2, categories: out.map(([code, sum]) => ({ code, amount: money(sum), count: 1 })) });
  const shown = slicesOf(month([['food', '10.00'], ['bills', '30.00']]), [], month([['food', '40.00'], ['gone', '90.00']]));
  expect(shown.map((one) => [one.code, one.before.amount, one.bar, one.mark])).toEqual([['bills', '0', 0.75, 0], ['food', '40.00', 0.25, 1]]);
});

test('a month without spending has no shares', () => expect(slicesOf({ month: '2026-11', in: money('0.00'), out: money('0.00'), count: 0, categories: [] }, [])).toEqual([]));

test('months are said in words', () => expect(monthName('2026-11', 'en')).toBe('November 2026'));

test('what stands under a bar is part of what the month is called', () => {
  expect(monthMark('2026-02', 'en')).toBe('F');
  expect(monthMark('2026-02', 'zh')).toBe('2');
  for (let month = 1; month <= 12; month++) {
    for (const language of ['zh', 'en'] as const) {
      const name = `2026-${String(month).padStart(2, '0')}`;
      expect(monthName(name, language)).toContain(monthMark(name, language));
    }
  }
});
