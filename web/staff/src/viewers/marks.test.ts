// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { marksOf } from './marks';

test('what went is drawn on the former version, all else on the new', () => {
  const { before, after } = marksOf(
    [
      { kind: 'removed', file: 'a.bpmn', element: 'old' },
      { kind: 'added', file: 'a.bpmn', element: 'new' },
      { kind: 'changed', file: 'a.bpmn', element: 'new' },
      { kind: 'changed', file: 'a.bpmn', element: 'other' },
      { kind: 'changed', file: 'a.bpmn' },
      { kind: 'added', file: 'b.bpmn', element: 'elsewhere' },
    ],
    'a.bpmn',
  );
  expect([...before]).toEqual([['old', 'removed']]);
  expect([...after]).toEqual([['new', 'added'], ['other', 'changed']]);
});
