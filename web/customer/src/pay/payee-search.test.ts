// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { findPayees } from './payee-search';

const payee = (name: string, nickname: string, pinyin: string, initials: string, account_number: string) => ({ id: name, name, nickname, name_checked: true, favourite: false, pinyin, initials, account_number });
const book = [
  payee('\u66fe\u5c0f\u660e', '\u623f\u4e1c', 'zeng xiao ming fang dong', 'zxmfd', '9901000000000313'),
  payee('Ann Lee', '', 'ann lee ', 'al', '9901000000000321'),
];

test.each([['zeng', 1], ['zengxiaoming', 1], ['zxm', 1], ['fd', 1], ['\u623f\u4e1c', 1], ['ann l', 1], ['AL', 1], ['0321', 1], ['9901 0000', 2], ['', 2], ['zz', 0], ['32', 0]])('"%s" finds %i', (typed, count) => {
  expect(findPayees(book, typed)).toHaveLength(count);
});
