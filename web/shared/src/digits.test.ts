// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { halfWidth, plainNumber } from './digits';

test.each([
  ['９９８９ 0100-0000', '998901000000'],
  ['164-0000-0001', '16400000001'],
  [' 1\u30002 ', '12'],
  ['-12', '-12'],
  ['1--2', '1--2'],
  ['12-', '12-'],
  ['<b>１</b>', '<b>1</b>'],
])('"%s" is the number %s', (typed, plain) => expect(plainNumber(typed)).toBe(plain));

test('what is Latin already stays', () => expect(halfWidth('Ａ１．－ a1.-中')).toBe('A1.- a1.-中'));
