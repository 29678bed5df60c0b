// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { sayProblem, sentence, fieldProblems } from '../problem';
import { differences } from './compare';
import { en } from './en';
import { problemTexts } from './problems';
import { zh } from './zh';

const problem = (reason: string, status = 409, more = {}) => ({ type: 'about:blank', title: '', status, reason, ...more });

test('the comparison finds missing, empty and differing texts', () => {
  expect(differences({ a: { b: 'x {n}', c: 'y' } }, { a: { b: 'x {m}', d: ' ' } })).toEqual([
    'a.b: placeholders differ',
    'a.c: in one language only',
    'a.d: in one language only',
  ]);
});

test('both languages have the same texts', () => expect(differences(zh, en)).toEqual([]));

test('each reason says what happened in both languages, and in the right script', () => {
  for (const [reason, said] of Object.entries(problemTexts)) {
    expect(said.zh.what, reason).toMatch(/[\u3400-\u9fff]/);
    expect(said.en.what, reason).toMatch(/^[\u0020-\u007e\u2019]+$/);
    expect(!!said.zh.next, reason).toBe(!!said.en.next);
  }
});

test('a known reason has its sentence and what to do next', () => {
  expect(sayProblem(problem('identity.card_expired'), 'zh')).toBe('身份证已经过了有效期。请先到公安机关换领新证，再来办理。');
});

test('an unknown reason is said with the server’s detail, if it is in the language read', () => {
  expect(sentence(problem('new.reason', 409, { detail: '额度用完了。' }), 'zh').what).toBe('额度用完了。');
  expect(sentence(problem('new.reason', 404, { detail: 'No such thing.' }), 'zh').what).toContain('没有找到');
});

test('a pause is told in full', () => {
  expect(sayProblem(problem('web.too_many', 429, { retry_after_seconds: 30 }), 'zh')).toContain('30 秒');
  expect(sayProblem(problem('web.too_many', 429, { retry_after_seconds: 600 }), 'en')).toContain('10 minutes');
});

test('a refused field is named', () => {
  const errors = [
    { field: '/data/number', reason: 'identity.number_check_digit' },
    { field: 'address', reason: 'json.too_long', detail: '太长了。' },
  ];
  const found = fieldProblems(problem('http.invalid', 422, { errors }), 'zh');
  expect(found.number).toContain('身份证号码有一位对不上');
  expect(found.address).toBe('太长了。');
});
