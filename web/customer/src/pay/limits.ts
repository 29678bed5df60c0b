// SPDX-License-Identifier: Apache-2.0
import { compare, type readAmount, type Money } from '@yungui/shared';

type Read = ReturnType<typeof readAmount>;

/** What is wrong with the limits of a wallet, before the bank is asked: the key of a text for each field that is wrong. */
export function limitsWrong(payment: Read, day: Read, most?: { per_payment: Money; per_day: Money }): { payment?: string; day?: string } {
  const alone = (read: Read, bound?: Money) => ('refusal' in read ? `amount.${read.refusal}` : bound && compare(read.money, bound) > 0 ? 'wallets.wrong.tooMuch' : undefined);
  const found = { payment: alone(payment, most?.per_payment), day: alone(day, most?.per_day) };
  if (found.payment || found.day || !('money' in payment) || !('money' in day)) return found;
  return compare(payment.money, day.money) > 0 ? { payment: 'wallets.wrong.turned' } : {};
}
