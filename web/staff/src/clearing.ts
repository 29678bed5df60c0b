// SPDX-License-Identifier: Apache-2.0
import { fromMinor, say, toMinor, type Money } from '@yungui/shared';
import type { Schemas } from './api';

type Waiting = Schemas['Outgoing'];

/** How long a payment has waited, in steps that mean something to whoever watches it. */
export const ages = ['minute', 'tenMinutes', 'hour', 'day', 'longer'] as const;
export type Age = (typeof ages)[number];
const upTo: readonly number[] = [60, 600, 3_600, 86_400];

export function ageOf(seconds: number): Age {
  const place = upTo.findIndex((most) => seconds < most);
  return ages[place < 0 ? ages.length - 1 : place] ?? 'longer';
}

/** What happens next, and whether a person has to do something. */
export type Step = 'sends' | 'asks' | 'opens' | 'person';

export function nextStep(one: Waiting): Step {
  if (one.state === 'queued') return 'opens';
  if ((one.age_seconds ?? 0) >= 3_600) return 'person';
  return one.state === 'requested' ? 'sends' : 'asks';
}

export interface Heap {
  key: string;
  count: number;
  total: Money[];
  share: number;
}

/** Payments in heaps, each with its sums by currency and its share of all by number. */
export function heaps(items: readonly Waiting[], keyOf: (one: Waiting) => string): Heap[] {
  const found = new Map<string, Waiting[]>();
  for (const one of items) found.set(keyOf(one), [...(found.get(keyOf(one)) ?? []), one]);
  return [...found].map(([key, list]) => ({ key, count: list.length, total: totals(list), share: list.length / items.length }));
}

export const byAge = (items: readonly Waiting[]): Heap[] => {
  const found = heaps(items, (one) => ageOf(one.age_seconds ?? 0));
  return ages.flatMap((age) => found.filter((heap) => heap.key === age));
};

export const byPartner = (items: readonly Waiting[]): Heap[] => heaps(items, (one) => say(one.bank_name)).sort((a, b) => b.count - a.count);

export function totals(items: readonly Waiting[]): Money[] {
  const sums = new Map<string, bigint>();
  for (const { amount } of items) sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + toMinor(amount));
  return [...sums].map(([currency, minor]) => fromMinor(minor, currency));
}
