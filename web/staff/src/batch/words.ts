// SPDX-License-Identifier: Apache-2.0
import { formatMoney, settings } from '@yungui/shared';
import type { Schemas } from '../api';

export type Batch = Schemas['Batch'];

/** Which colour of tag a state has. */
const looks: Record<Batch['state'], string> = {
  uploaded: 'info', checked: 'attention', submitted: 'attention', approved: 'info', running: 'info', stopped: 'bad', done: 'good', refused: '',
};
export const look = (batch: Batch) => looks[batch.state];

/** Whether the bank is at work on it, so that the page changes by itself. */
export const atWork = (batch: Batch) => batch.state === 'uploaded' || batch.state === 'approved' || batch.state === 'running';

/** How much of what is being done is done: of checking while it is uploaded, of paying afterwards. */
export function share(batch: Batch): number {
  if (batch.all.lines === 0) return 0;
  if (batch.state === 'uploaded') return 1 - batch.waiting.lines / batch.all.lines;
  const payable = batch.all.lines - batch.refused.lines;
  return payable > 0 ? batch.paid.lines / payable : 0;
}

export const sum = (amount: string, batch: Batch) => formatMoney({ amount, currency: batch.currency }, settings.language);
export const count = (number: number) => number.toLocaleString(settings.language === 'zh' ? 'zh-CN' : 'en-GB');

/** The parts that a batch's lines fall into, for the bar and its words. */
export function parts(batch: Batch): { code: 'paid' | 'ready' | 'refused' | 'waiting'; lines: number; amount: string; share: number }[] {
  const codes = ['paid', 'ready', 'waiting', 'refused'] as const;
  return codes.map((code) => ({ code, ...batch[code], share: batch.all.lines > 0 ? batch[code].lines / batch.all.lines : 0 })).filter((part) => part.lines > 0);
}

/** What the account will hold when all is paid. Exact: both are decimal strings of the same currency. */
export function left(batch: Batch): string {
  const minor = (text: string) => BigInt(text.replace('.', ''));
  const rest = minor(batch.payer.available.amount) - minor(batch.ready.amount);
  const digits = (rest < 0n ? -rest : rest).toString().padStart(3, '0');
  return `${rest < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
