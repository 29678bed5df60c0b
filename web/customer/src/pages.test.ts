// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { findPages } from './pages';

test.each([
  ['长辈版', 'elder'],
  ['字太小了看不清', 'elder'],
  ['我要给儿子转账', 'pay'],
  ['怎么联系人工客服', 'help'],
  ['change my password', 'password'],
  ['查一下余额', 'accounts'],
  ['还信用卡', 'cards'],
])('"%s" leads to %s', (asked, id) => expect(findPages(asked)[0]?.id).toBe(id));

test('what no page speaks of finds none', () => expect(findPages('天气')).toEqual([]));
