// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { phonePattern, readPhone, safeNext } from './sign-in';

test.each(['16400000001', '+86 164 0000 0001', '164-0000-0001', '１６４００００００01', '008616400000001'])('"%s" is understood as a phone', (typed) => {
  expect(readPhone(typed)).toBe('16400000001');
});

test.each(['', '2640000000', '164000000011', '1640000000a', '<script>'])('"%s" is not a phone', (typed) => {
  expect(phonePattern.test(readPhone(typed))).toBe(false);
});

test.each(['//evil.test', 'https://evil.test', '/\\evil.test', undefined, ['/a']])('after signing in nobody is led away to %s', (next) => {
  expect(safeNext(next)).toBe('/');
});

test('after signing in one goes on where one was', () => expect(safeNext('/cases/1S0KQ8Z0M0000')).toBe('/cases/1S0KQ8Z0M0000'));
