// SPDX-License-Identifier: Apache-2.0
import { beforeEach, expect, test } from 'vitest';
import { dropDraft, forgetDrafts, keepDraft, readDraft } from './drafts';

beforeEach(() => sessionStorage.clear());

test('a draft survives, without what nobody else may read', () => {
  keepDraft('case.1', { occupation: 'teacher', name: 'X', number: 'Y', password: 'Z', code: '1' });
  expect(readDraft('case.1')).toEqual({ occupation: 'teacher' });
  expect(JSON.stringify({ ...sessionStorage })).not.toMatch(/[XYZ]/);
});

test('a number that is no secret in its draft is kept too', () => {
  keepDraft('bill.water', { number: '2001', name: 'X' }, ['number']);
  expect(readDraft('bill.water')).toEqual({ number: '2001' });
});

test('drafts are dropped one by one or all at sign-out, and nothing else is', () => {
  sessionStorage.setItem('other', '1');
  keepDraft('a', { x: 1 });
  keepDraft('b', { x: 2 });
  dropDraft('a');
  expect(readDraft('a')).toEqual({});
  forgetDrafts();
  expect(readDraft('b')).toEqual({});
  expect(sessionStorage.getItem('other')).toBe('1');
});

test('what is not a draft is taken for none', () => {
  sessionStorage.setItem('yungui.draft.a', '[1]');
  sessionStorage.setItem('yungui.draft.b', 'nonsense');
  expect(readDraft('a')).toEqual({});
  expect(readDraft('b')).toEqual({});
});
