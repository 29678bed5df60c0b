// SPDX-License-Identifier: Apache-2.0
import { addDays, calendarDay, dayOf, plainNumber, settings } from '@yungui/shared';
import type { PaymentDraft, Planned } from './draft';

type Say = (key: string, values?: Record<string, unknown>) => string;

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);
const daysAhead = 1830;
const mostTimes = 1200;
export const tomorrow = (): string => addDays(dayOf(new Date()), 1);

/** The key of what is wrong with a first or next date, or nothing: it lies between tomorrow and five years ahead. */
export function firstRefusal(first: string): string {
  if (!first || (isDay(first) && first < tomorrow())) return 'pay.firstMissing';
  return isDay(first) && first <= addDays(tomorrow(), daysAhead - 1) ? '' : 'pay.firstFar';
}

/** The key of what is wrong with the end of a row of payments, or nothing. */
export function endingRefusal({ ending, first, until, times }: { ending: string; first: string; until: string; times: string }): string {
  if (ending === 'until' && (!isDay(until) || until < first)) return 'pay.untilWrong';
  const count = /^\d{1,4}$/.test(plainNumber(times)) ? Number(plainNumber(times)) : 0;
  return ending === 'times' && (count < 1 || count > mostTimes) ? 'pay.timesWrong' : '';
}

/** The key of what is still missing of "when", or nothing. */
export function whenRefusal(draft: PaymentDraft): string {
  if (draft.when === 'now' || draft.when === 'delayed') return '';
  return firstRefusal(draft.first) || (draft.when === 'regular' ? endingRefusal(draft) : '');
}

/** When it is paid, as a sentence; `terms` as the API has them. */
export function termsInWords(terms: { rhythm: string; first?: string; day?: number; until?: string; times?: number }, t: Say): string {
  const day = (date: string) => calendarDay(date, settings.language);
  if (terms.rhythm === 'delayed') return t('orders.rhythm.delayed');
  const words = [t(`orders.rhythm.${terms.rhythm}`, { day: terms.day ?? Number(terms.first?.slice(8, 10) ?? '1') })];
  if (terms.first) words.push(terms.rhythm === 'once' ? day(terms.first) : t('orders.from', { date: day(terms.first) }));
  if (terms.until) words.push(t('orders.until', { date: day(terms.until) }));
  if (terms.times) words.push(t('orders.times', { count: terms.times }));
  return words.join(settings.language === 'zh' ? '，' : ', ');
}

export function whenInWords(planned: Planned, t: Say): string {
  return planned.kind === 'standing' ? termsInWords(planned.order, t) : t('pay.whens.now');
}
