// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { codeIn, phonesOf, type Message } from './phones';

const message = (id: string, phone: string, at: string): Message => ({ id, phone, at, channel: 'sms', text: id });

test('the phone that rang last is first, its messages from old to new', () => {
  const phones = phonesOf([message('1', 'a', '2026-01-01T00:00:01Z'), message('2', 'b', '2026-01-01T00:00:02Z'), message('3', 'a', '2026-01-01T00:00:03Z')]);
  expect(phones.map((one) => one.number)).toEqual(['a', 'b']);
  expect(phones[0]?.messages.map((one) => one.id)).toEqual(['1', '3']);
});

test('an old phone keeps its newest messages only', () => {
  const many = Array.from({ length: 30 }, (_, i) => message(String(i).padStart(2, '0'), 'a', `2026-01-01T00:00:${String(i).padStart(2, '0')}Z`));
  expect(phonesOf(many)[0]?.messages.map((one) => one.id)).toEqual(many.slice(10).map((one) => one.id));
});

test.each([
  ['【云川农商】您的登录验证码是047312，5分钟内有效。', '047312'],
  ['您正在向柜**转账123456.00元，验证码998877，5分钟内有效。', '998877'],
  ['[Bank] Your sign-in code is 120034, valid for 5 minutes.', '120034'],
  ['【云川农商】您尾号0018的账户转出200000.00元。', undefined],
  ['账号 9901010000000018 已开立。', undefined],
])('%s', (text, code) => expect(codeIn(text)).toBe(code));
