// SPDX-License-Identifier: Apache-2.0
import { newKey, readAmount } from '@yungui/shared';
import type { Schemas } from '../api';
import { dropDraft, keepDraft, readDraft } from '../drafts';

/** A payment as far as it is typed. Kept for the tab, with the key of the attempt, so that a reload repeats and never doubles. */
export interface PaymentDraft {
  from: string;
  to: string;
  payee: string;
  payeeAccount: string;
  amount: string;
  currency: string;
  purpose: string;
  /** Of the attempt under way. */
  key: string;
  /** What the key was made for. */
  keyFor: string;
}

const empty: PaymentDraft = { from: '', to: '', payee: '', payeeAccount: '', amount: '', currency: 'CNY', purpose: '', key: '', keyFor: '' };

export function readPayment(): PaymentDraft {
  const kept = readDraft('payment');
  const draft = { ...empty };
  for (const field of Object.keys(empty) as (keyof PaymentDraft)[]) {
    const value = kept[field];
    if (typeof value === 'string') draft[field] = value;
  }
  return draft;
}

export const keepPayment = (draft: PaymentDraft): void => keepDraft('payment', { ...draft });
export const dropPayment = (): void => dropDraft('payment');

/** An account number or a phone as people write it; eleven digits that begin with 1 are a phone. */
export function readPayee(typed: string): Schemas['PayeeAddress'] | undefined {
  const digits = typed
    .replace(/[\uff10-\uff19]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\s-]/g, '')
    .replace(/^\+86(?=1\d{10}$)/, '');
  if (/^1\d{10}$/.test(digits)) return { phone: digits };
  return /^\d{8,32}$/.test(digits) ? { account_number: digits } : undefined;
}

/** The order that the draft stands for; undefined where something is missing. */
export function orderOf(draft: PaymentDraft): Schemas['TransferOrder'] | undefined {
  const to = readPayee(draft.to);
  const read = readAmount(draft.amount, draft.currency);
  if (!draft.from || !to || !('money' in read)) return undefined;
  const purpose = draft.purpose.trim();
  return { from: draft.from, to, amount: read.money, ...(purpose ? { purpose } : {}) };
}

/** The key of this attempt: the same while the order is the same, however often it is sent, reloads included. */
export function keyOf(draft: PaymentDraft, order: Schemas['TransferOrder']): string {
  const content = JSON.stringify(order);
  if (draft.keyFor !== content || !draft.key) {
    draft.keyFor = content;
    draft.key = newKey();
    keepPayment(draft);
  }
  return draft.key;
}
