// SPDX-License-Identifier: Apache-2.0
import { answer, ProblemError } from '@yungui/shared';
import { api, type Schemas } from '../api';
import { keepPayment, keyOf, type PaymentDraft } from './draft';

/**
 * Pays. Where the answer is lost or the bank failed, the key is kept and the next tap repeats the same payment; a refusal ends
 * the attempt.
 */
export async function send(draft: PaymentDraft, order: Schemas['TransferOrder'], proof: string | undefined): Promise<Schemas['Transfer']> {
  const key = keyOf(draft, order);
  try {
    return await answer(
      api.POST('/v1/transfers', { body: { transfer: order, ...(proof ? { proof } : {}) }, params: { header: { 'Idempotency-Key': key } } }),
    );
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status >= 400 && error.problem.status < 500) {
      draft.keyFor = '';
      keepPayment(draft);
    }
    throw error;
  }
}
