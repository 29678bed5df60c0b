// SPDX-License-Identifier: Apache-2.0
import { readAmount } from '@yungui/shared';
import { expect, test } from 'vitest';
import { limitsWrong } from './limits';

const most = { per_payment: { amount: '5000.00', currency: 'CNY' }, per_day: { amount: '10000.00', currency: 'CNY' } };

test.each([
  ['200', '500', {}],
  ['500', '500', {}],
  ['5000', '10000', {}],
  ['501', '500', { payment: 'wallets.wrong.turned' }],
  ['5000.01', '10000', { payment: 'wallets.wrong.tooMuch' }],
  ['200', '10000.01', { day: 'wallets.wrong.tooMuch' }],
  ['', '500', { payment: 'amount.empty' }],
  ['0', '', { payment: 'amount.not_positive', day: 'amount.empty' }],
  ['200', '2x', { day: 'amount.malformed' }],
])('limits of %s and %s: %s', (payment, day, wrong) => expect(limitsWrong(readAmount(payment, 'CNY'), readAmount(day, 'CNY'), most)).toEqual(wrong));
