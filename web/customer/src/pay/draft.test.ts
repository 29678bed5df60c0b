// SPDX-License-Identifier: Apache-2.0
import { beforeEach, expect, test } from 'vitest';
import { dropPayment, keepPayment, keyOf, orderOf, readPayee, readPayment } from './draft';

beforeEach(() => sessionStorage.clear());
const typed = () => ({ ...readPayment(), from: '1S0KQ8Z0M0000', to: '9901 0100 0000 0018', amount: '12.5', purpose: ' rent ' });

test.each([
  ['164 0000 0001', { phone: '16400000001' }],
  ['+8616400000001', { phone: '16400000001' }],
  ['9901 0100 0000 0018', { account_number: '9901010000000018' }],
  ['９９０１０１０００００００００１８', { account_number: '99010100000000018' }],
])('"%s" is understood', (to, payee) => expect(readPayee(to)).toEqual(payee));

test.each(['', '1234567', 'abc', '9901-x', "1' or '1'='1"])('"%s" is nobody', (to) => expect(readPayee(to)).toBeUndefined());

test('an order has exact money and a trimmed purpose', () => {
  expect(orderOf(typed())).toEqual({
    from: '1S0KQ8Z0M0000',
    to: { account_number: '9901010000000018' },
    amount: { amount: '12.50', currency: 'CNY' },
    purpose: 'rent',
  });
});

test.each(['0', '-1', '0.001', '1e3', ''])('an amount of "%s" makes no order', (amount) => expect(orderOf({ ...typed(), amount })).toBeUndefined());

test('after a reload the same payment goes out under the same key, another under another', () => {
  const draft = typed();
  const order = orderOf(draft);
  if (!order) throw new Error('no order');
  const key = keyOf(draft, order);
  keepPayment(draft);
  const again = readPayment();
  expect(keyOf(again, order)).toBe(key);
  expect(keyOf(again, { ...order, amount: { amount: '12.51', currency: 'CNY' } })).not.toBe(key);
  dropPayment();
  expect(readPayment().to).toBe('');
});
