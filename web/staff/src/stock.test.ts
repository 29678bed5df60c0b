// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { linePoints } from './stock';

test('steps become a line that goes on to the end', () => {
  const at = (second: number) => new Date(second * 1000).toISOString();
  expect(linePoints([{ at: at(0), count: 0 }, { at: at(5), count: 10 }], 0, 10_000, 20, 100, 50)).toBe('0,50 50,25 100,25');
  expect(linePoints([], 0, 10_000, 20, 100, 50)).toBe('');
  expect(linePoints([{ at: at(3), count: 1 }], 3000, 3000, 0, 100, 50)).toBe('0,50 100,50');
});
