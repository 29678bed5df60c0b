// SPDX-License-Identifier: Apache-2.0
import { readAmount } from '@yungui/shared';
import { expect, test } from 'vitest';
import { limitsWrong } from './limits';

const most = { per_payment: { amount: '5000.00', currency: 'CNY' }, per_day: { amount: '10000.00', currency: 'CNY' } };

test.each([
  ['200', '500', undefined],
  ['500', '500', undefined],
  ['5000', '10000', undefined],
  ['501', '500', 'turned'],
  ['5000.01', '10000', 'tooMuch'],
  ['200', '10000.01', 'tooMuch'],
  ['', '500', 'malformed'],
  ['0', '500', 'malformed'],
  ['2x', '500', 'malformed'],
])('limits of %s and %s: %s', (payment, day, wrong) => expect(limitsWrong(readAmount(payment, 'CNY'), readAmount(day, 'CNY'), most)).toBe(wrong));
