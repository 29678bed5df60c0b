// SPDX-License-Identifier: Apache-2.0
import { compare, type readAmount, type Money } from '@yungui/shared';

type Read = ReturnType<typeof readAmount>;

/** What is wrong with the limits of a wallet, before the bank is asked. */
export function limitsWrong(payment: Read, day: Read, most?: { per_payment: Money; per_day: Money }): 'malformed' | 'turned' | 'tooMuch' | undefined {
  if (!('money' in payment) || !('money' in day)) return 'malformed';
  if (compare(payment.money, day.money) > 0) return 'turned';
  if (most && (compare(payment.money, most.per_payment) > 0 || compare(day.money, most.per_day) > 0)) return 'tooMuch';
  return undefined;
}
