// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { visible } from './feel';

const data = { occupation: 'other', class: '2', age: 61, abroad: true, tax: { residence: 'both' }, kinds: ['a'] };

test.each([
  [undefined, true],
  ['occupation = "other"', true],
  ['occupation != "other"', false],
  ['age >= 60 and abroad', true],
  ['age < 60 or tax.residence = "both"', true],
  ['not(abroad)', false],
  ['class in ("2", "3")', true],
  ['class in ["1"]', false],
  ['missing = null', true],
  ['missing = "x"', false],
  ['missing > 3', false],
  ['(age > 60) and (class = "2")', true],
  ['tax.residence = "a \\"quoted\\" word"', false],
])('%s is %s', (expression, shown) => expect(visible(expression, data)).toBe(shown));

test.each(['some x in kinds satisfies x = "a"', 'count(kinds) > 0', 'age between 1 and 2', 'age >', '"open', '{a: 1}'])(
  'what the page does not understand is shown: %s',
  (expression) => expect(visible(expression, data)).toBe(true),
);

test('names of the language’s own objects are not data', () => {
  expect(visible('constructor != null', {})).toBe(false);
  expect(visible('__proto__ != null', {})).toBe(false);
});
