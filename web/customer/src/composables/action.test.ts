// SPDX-License-Identifier: Apache-2.0
import { ProblemError } from '@yungui/shared';
import { expect, test } from 'vitest';
import { useAction } from './action';

test('a double tap does the work once', async () => {
  let done = 0;
  let release: () => void = () => undefined;
  const action = useAction(async () => {
    done++;
    await new Promise<void>((resolve) => (release = resolve));
  });
  const first = action.run();
  expect(await action.run()).toBe(false);
  expect(action.busy.value).toBe(true);
  release();
  expect(await first).toBe(true);
  expect(done).toBe(1);
  expect(action.busy.value).toBe(false);
});

test('a refusal is kept until the next try', async () => {
  let refuse = true;
  const problem = { type: '', title: '', status: 409, reason: 'payment.no_funds' };
  const action = useAction(async () => {
    if (refuse) throw new ProblemError(problem);
  });
  expect(await action.run()).toBe(false);
  expect(action.problem.value?.reason).toBe('payment.no_funds');
  refuse = false;
  expect(await action.run()).toBe(true);
  expect(action.problem.value).toBeUndefined();
});
