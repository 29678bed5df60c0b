// SPDX-License-Identifier: Apache-2.0
import { calendarDay, settings } from '@yungui/shared';
import type { PaymentDraft, Planned } from './draft';

type Say = (key: string, values?: Record<string, unknown>) => string;

/** The key of what is still missing of "when", or nothing. */
export function whenRefusal(draft: PaymentDraft): string {
  if (draft.when === 'now' || draft.when === 'delayed') return '';
  if (!draft.first) return 'pay.firstMissing';
  if (draft.when !== 'regular') return '';
  if (draft.ending === 'until' && (!draft.until || draft.until < draft.first)) return 'pay.untilWrong';
  return draft.ending === 'times' && !/^[1-9]\d{0,3}$/.test(draft.times) ? 'pay.timesWrong' : '';
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
