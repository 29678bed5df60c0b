// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { isDoubled } from './double-tap';

const tap = (timeStamp: number, detail = 1) => ({ timeStamp, detail }) as MouseEvent;

test('the second half of a double tap does nothing, whatever button it hits', () => {
  expect(isDoubled(tap(1000))).toBe(false);
  expect(isDoubled(tap(1150, 2))).toBe(true);
  expect(isDoubled(tap(1300))).toBe(true);
  expect(isDoubled(tap(2000))).toBe(false);
});

test('the keyboard is left alone', () => {
  expect(isDoubled(tap(5000))).toBe(false);
  expect(isDoubled(tap(5100, 0))).toBe(false);
});
