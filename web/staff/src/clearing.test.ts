// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Schemas } from './api';
import { ageOf, byAge, byPartner, nextStep, totals } from './clearing';

const one = (age_seconds: number, state: Schemas['Outgoing']['state'] = 'sent', amount = '10.00', name = 'A'): Schemas['Outgoing'] => ({
  id: String(age_seconds), from: 'a', bank: name, bank_name: { zh: name, en: name }, reach: 'network', number: '1', name: 'n',
  amount: { amount, currency: 'CNY' }, state, requested_at: '2026-11-22T00:00:00Z', timeline: [], age_seconds,
});

test.each([[0, 'minute'], [59, 'minute'], [60, 'tenMinutes'], [599, 'tenMinutes'], [600, 'hour'], [3600, 'day'], [86_399, 'day'], [86_400, 'longer']])('%i s waiting is %s', (seconds, age) =>
  expect(ageOf(seconds)).toBe(age));

test.each([
  [one(5, 'requested'), 'sends'],
  [one(5), 'asks'],
  [one(3599), 'asks'],
  [one(3600), 'person'],
  [one(3600, 'requested'), 'person'],
  [one(90_000, 'queued'), 'opens'],
])('the next step of a payment', (payment, step) => expect(nextStep(payment)).toBe(step));

test('ages stand from young to old, partners from many to few, sums are exact', () => {
  const items = [one(90_000, 'sent', '0.10'), one(5, 'sent', '0.20'), one(6, 'sent', '99999999999999.99', 'B'), one(7, 'sent', '1.00')];
  expect(byAge(items).map((heap) => [heap.key, heap.count])).toEqual([['minute', 3], ['longer', 1]]);
  expect(byPartner(items).map((heap) => [heap.key, heap.count, heap.share])).toEqual([['A', 3, 0.75], ['B', 1, 0.25]]);
  expect(totals(items)).toEqual([{ amount: '100000000000001.29', currency: 'CNY' }]);
  expect(byAge([])).toEqual([]);
});
