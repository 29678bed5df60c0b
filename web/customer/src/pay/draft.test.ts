// SPDX-License-Identifier: Apache-2.0
import { addDays } from '@yungui/shared';
import { beforeEach, expect, test } from 'vitest';
import { dropPayment, keepPayment, keyOf, orderOf, plannedOf, readPayee, readPayment } from './draft';
import { tomorrow, whenRefusal } from './when';

beforeEach(() => sessionStorage.clear());
const typed = () => ({ ...readPayment(), from: '1S0KQ8Z0M0000', to: '9901 0100 0000 0018', amount: '12.5', purpose: ' rent ' });

test.each([
  ['164 0000 0001', { phone: '16400000001' }],
  ['+8616400000001', { phone: '16400000001' }],
  ['００８６ １６４００００００01', { phone: '16400000001' }],
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

test('after a reload another bank’s payee still has a name, so that the payment goes on', () => {
  const draft = { ...typed(), bank: 'xinghe', bankName: '星河银行', name: '星河测', payee: '星河测' };
  keepPayment(draft);
  expect(plannedOf(readPayment())).toEqual(plannedOf(draft));
  expect(plannedOf(readPayment())?.kind).toBe('outgoing');
});

test.each([
  [{ first: '' }, 'pay.firstMissing'],
  [{ first: '2020-01-01' }, 'pay.firstMissing'],
  [{ first: addDays(tomorrow(), -1) }, 'pay.firstMissing'],
  [{ first: tomorrow() }, ''],
  [{ first: addDays(tomorrow(), 1829) }, ''],
  [{ first: addDays(tomorrow(), 1830) }, 'pay.firstFar'],
  [{ first: '275760-09-13' }, 'pay.firstFar'],
  [{ first: tomorrow(), ending: 'until', until: '' }, 'pay.untilWrong'],
  [{ first: tomorrow(), ending: 'until', until: '2020-01-01' }, 'pay.untilWrong'],
  [{ first: tomorrow(), ending: 'until', until: '12026-01-01' }, 'pay.untilWrong'],
  [{ first: tomorrow(), ending: 'times', times: '0' }, 'pay.timesWrong'],
  [{ first: tomorrow(), ending: 'times', times: '1201' }, 'pay.timesWrong'],
  [{ first: tomorrow(), ending: 'times', times: '1e3' }, 'pay.timesWrong'],
  [{ first: tomorrow(), ending: 'times', times: '１２' }, ''],
])('%j of an order for later is refused as "%s", and makes no order', (terms, refusal) => {
  const draft = { ...typed(), when: 'regular', ...terms };
  expect(whenRefusal(draft)).toBe(refusal);
  expect(plannedOf(draft) === undefined).toBe(refusal !== '');
});
