// SPDX-License-Identifier: Apache-2.0
import { newKey, plainNumber, readAmount } from '@yungui/shared';
import type { Schemas } from '../api';
import { dropDraft, keepDraft, readDraft } from '../drafts';
import { whenRefusal } from './when';

/** A payment as far as it is typed. Kept for the tab, with the key of the attempt, so that a reload repeats and never doubles. */
export interface PaymentDraft {
  from: string;
  to: string;
  payee: string;
  payeeAccount: string;
  amount: string;
  currency: string;
  purpose: string;
  /** Another bank's code in the bank's list; empty here. */
  bank: string;
  bankName: string;
  /** The payee's full name, which another bank compares. */
  name: string;
  when: string;
  /** A date (YYYY-MM-DD) from which on, and how often. */
  first: string;
  rhythm: string;
  holiday: string;
  ending: string;
  until: string;
  times: string;
  /** Of the attempt under way. */
  key: string;
  /** What the key was made for. */
  keyFor: string;
}

export const noBank = () => ({ bank: '', bankName: '', name: '' });
const now = () => ({ when: 'now', first: '', rhythm: 'monthly', holiday: 'next-day', ending: 'open', until: '', times: '' });

export const emptyPayment = (): PaymentDraft => ({ from: '', to: '', payee: '', payeeAccount: '', amount: '', currency: 'CNY', purpose: '', ...noBank(), ...now(), key: '', keyFor: '' });

export function readPayment(): PaymentDraft {
  const kept = readDraft('payment');
  const draft = emptyPayment();
  for (const field of Object.keys(draft) as (keyof PaymentDraft)[]) {
    const value = kept[field];
    if (typeof value === 'string') draft[field] = value;
  }
  // A name is not kept by itself; another bank's payee is called by it.
  if (draft.bank) draft.name ||= draft.payee;
  return draft;
}

export const keepPayment = (draft: PaymentDraft): void => keepDraft('payment', { ...draft });
export const dropPayment = (): void => dropDraft('payment');

/** An account number or a phone as people write it; eleven digits that begin with 1 are a phone. */
export function readPayee(typed: string): Schemas['PayeeAddress'] | undefined {
  const digits = plainNumber(typed).replace(/^(?:\+|00)86(?=1\d{10}$)/, '');
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

/** What the draft stands for: paid here at once, to another bank at once, or set up for later. */
export type Planned =
  | { kind: 'transfer'; order: Schemas['TransferOrder'] }
  | { kind: 'outgoing'; order: Schemas['OutgoingOrder'] }
  | { kind: 'standing'; order: Schemas['StandingOrder'] };

export function plannedOf(draft: PaymentDraft): Planned | undefined {
  const order = orderOf(draft);
  if (!order) return undefined;
  const { from, amount, purpose } = order;
  const number = 'account_number' in order.to ? (order.to.account_number ?? '') : '';
  const more = purpose ? { purpose } : {};
  if (draft.bank && (!number || !draft.name.trim())) return undefined;
  const outside = { bank: draft.bank, number, name: draft.name.trim() };
  if (draft.when === 'now') {
    return draft.bank ? { kind: 'outgoing', order: { from, ...outside, amount, ...more } } : { kind: 'transfer', order };
  }
  const payee = draft.bank ? outside : { to: order.to };
  if (draft.when === 'delayed') return { kind: 'standing', order: { from, ...payee, amount, ...more, rhythm: 'delayed' } };
  if (whenRefusal(draft)) return undefined;
  const terms = { first: draft.first, holiday: draft.holiday as 'next-day' };
  if (draft.when === 'date') return { kind: 'standing', order: { from, ...payee, amount, ...more, rhythm: 'once', ...terms } };
  const ending = draft.ending === 'until' ? { until: draft.until } : draft.ending === 'times' ? { times: Number(plainNumber(draft.times)) } : {};
  return { kind: 'standing', order: { from, ...payee, amount, ...more, rhythm: draft.rhythm as 'monthly', ...terms, ...ending } };
}

/** The key of this attempt: the same while the order is the same, however often it is sent, reloads included. */
export function keyOf(draft: PaymentDraft, order: Planned['order']): string {
  const content = JSON.stringify(order);
  if (draft.keyFor !== content || !draft.key) {
    draft.keyFor = content;
    draft.key = newKey();
    keepPayment(draft);
  }
  return draft.key;
}
