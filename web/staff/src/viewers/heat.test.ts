// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { slowest, timeOf, warmthOf, type Heat } from './heat';

const at = (element: string, median_seconds: number): Heat => ({ element, median_seconds, standing: 0, incidents: 0, passed: 1, longest_seconds: median_seconds });

test('an element is as warm as its time is long beside the slowest', () => {
  const all = [at('check', 0), at('ask', 100), at('review', 500), at('visit', 1000)];
  expect(all.map((one) => warmthOf(one, all))).toEqual(['cold', 'mild', 'warm', 'hot']);
  expect(slowest(all)?.element).toBe('visit');
});

test('where nothing takes time nothing is warm', () => {
  expect(warmthOf(at('check', 0), [at('check', 0)])).toBe('cold');
  expect(slowest([at('check', 0)])).toBeUndefined();
  expect(slowest([])).toBeUndefined();
});

test.each([[0, 'seconds', 0], [89, 'seconds', 89], [120, 'minutes', 2], [7200, 'hours', 2], [200_000, 'days', 2]])('%i seconds are said in %s', (seconds, unit, count) => {
  expect(timeOf(seconds)).toEqual({ unit, count });
});
