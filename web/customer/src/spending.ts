// SPDX-License-Identifier: Apache-2.0
import { share, toMinor, type Language, type Money } from '@yungui/shared';
import type { Schemas } from './api';

export type Spending = Schemas['Spending'];
export type Month = Spending['months'][number];

/** "2026-11" in words. */
export const monthName = (month: string, language: Language): string => inWords(month, language, { year: 'numeric', month: 'long' });

/** What stands under a month's bar: its number in Chinese, its first letter in English. Part of its name, so that who speaks to the page may say it. */
export const monthMark = (month: string, language: Language): string => (language === 'zh' ? String(Number(month.slice(5))) : inWords(month, language, { month: 'narrow' }));

function inWords(month: string, language: Language, parts: Intl.DateTimeFormatOptions): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { ...parts, timeZone: 'UTC' }).format(new Date(Date.UTC(year, number - 1, 1)));
}

export interface Slice {
  code: string;
  amount: Schemas['Money'];
  count: number;
  /** Of all that went out to others, 0 to 1. */
  share: number;
  /** What went to the same in the month before. */
  before: Schemas['Money'];
  /** Both as lengths, 0 to 1 of the longest of all. */
  bar: number;
  mark: number;
}

/** What a month's money went to, the largest first, without what moved between accounts of one's own; beside it the month before. */
export function slicesOf(month: Month, categories: Spending['categories'], earlier?: Month): Slice[] {
  const own = new Set(categories.filter((one) => one.own).map((one) => one.code));
  const counted = month.categories.filter((one) => !own.has(one.code));
  const whole = counted.reduce((sum, one) => sum + toMinor(one.amount), 0n);
  const before = (code: string): Money => earlier?.categories.find((one) => one.code === code)?.amount ?? { amount: '0', currency: month.out.currency };
  const longest = counted.flatMap((one) => [one.amount, before(one.code)]).reduce((top, one) => (toMinor(one) > toMinor(top) ? one : top), before(''));
  return counted
    .map((one) => ({
      ...one,
      share: whole > 0n ? Number((toMinor(one.amount) * 10_000n) / whole) / 10_000 : 0,
      before: before(one.code),
      bar: share(one.amount, longest),
      mark: share(before(one.code), longest),
    }))
    .sort((a, b) => b.share - a.share || (a.code < b.code ? -1 : 1));
}
