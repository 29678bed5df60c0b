// SPDX-License-Identifier: Apache-2.0
import { answer, ProblemError } from '@yungui/shared';
import { api } from '../api';
import { keepPayment, keyOf, type PaymentDraft, type Planned } from './draft';

/**
 * Pays, or sets the payment up; answers the page that shows what came of it. Where the answer is lost or the bank failed, the key is
 * kept and the next tap repeats the same payment; a refusal ends the attempt.
 */
export async function send(draft: PaymentDraft, planned: Planned, proof: string | undefined): Promise<string> {
  const params = { header: { 'Idempotency-Key': keyOf(draft, planned.order) } };
  const given = proof ? { proof } : {};
  try {
    if (planned.kind === 'transfer') {
      return `/receipts/${(await answer(api.POST('/v1/transfers', { body: { transfer: planned.order, ...given }, params }))).id}`;
    }
    if (planned.kind === 'outgoing') {
      return `/outgoing/${(await answer(api.POST('/v1/outgoing-payments', { body: { payment: planned.order, ...given }, params }))).id}`;
    }
    return `/orders/${(await answer(api.POST('/v1/payment-orders', { body: { order: planned.order, ...given }, params }))).id}`;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status >= 400 && error.problem.status < 500) {
      draft.keyFor = '';
      keepPayment(draft);
    }
    throw error;
  }
}
