// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Attempt, newKey } from './key';

test('keys are 32 characters and differ', () => {
  const keys = new Set(Array.from({ length: 100 }, newKey));
  expect(keys.size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
});

test('the same content is sent again under the same key, other content under another', () => {
  const attempt = new Attempt();
  const first = attempt.keyFor({ amount: '5.00' });
  expect(attempt.keyFor({ amount: '5.00' })).toBe(first);
  const second = attempt.keyFor({ amount: '6.00' });
  expect(second).not.toBe(first);
  attempt.finish();
  expect(attempt.keyFor({ amount: '6.00' })).not.toBe(second);
});
