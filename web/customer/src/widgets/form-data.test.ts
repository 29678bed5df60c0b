// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collect, known, lacks, sayLack, shown, startValues, type Section } from './form-data';

const form = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../banks/demo/services/account-opening/form.json'), 'utf8')) as { sections: Section[] };
const details = form.sections.find((one) => one.code === 'details') as Section;
const names = (section: Section, values: Parameters<typeof shown>[1]) => shown(section, values).map((field) => field.name);

test('for Class I only the class is asked, and only it is sent', () => {
  const values = { ...startValues(details, undefined, {}), class: '1', bound_account: '990101000000000018' };
  expect(names(details, values)).toEqual(['class']);
  expect(collect(details, values)).toEqual({ class: '1' });
  expect(lacks(details, values)).toEqual({});
});

test('for Class II the page names every field that is still missing', () => {
  const values = { ...startValues(details, undefined, {}), class: '2' };
  const missing = lacks(details, values);
  expect(missing.bound_account).toBe('required');
  expect(missing.agreement_account).toBe('agree');
  expect(missing.limit_day).toBeUndefined();
  expect(missing.purpose_text).toBeUndefined();
});

test('a purpose of one’s own is asked for when it is needed', () => {
  const values = { ...startValues(details, undefined, {}), class: '2', purpose: 'other' };
  expect(names(details, values)).toContain('purpose_text');
  expect(lacks(details, values).purpose_text).toBe('required');
});

test('what is sent has the forms that the schema asks for', () => {
  const values = {
    ...startValues(details, undefined, {}),
    class: '2',
    bound_account: '6200 0000 0000 0018',
    limit_day: '5,000',
    agreement_account: true,
  };
  const data = collect(details, values);
  expect(data).toMatchObject({ bound_account: '6200000000000018', limit_day: '5000.00', agreement_account: '2026-11' });
});

test('before card and face are asked for, both consents are', () => {
  expect(form.sections.findIndex((one) => one.code === 'consent')).toBeLessThan(form.sections.findIndex((one) => one.code === 'id-card'));
  const consent = form.sections.find((one) => one.code === 'consent') as Section;
  const values = { ...startValues(consent, undefined, {}), agreement_privacy: true };
  expect(lacks(consent, values)).toEqual({ agreement_face: 'agree' });
  expect(collect(consent, values)).toEqual({ agreement_privacy: '2026-11' });
});

test('a form of money as an object, numbers and lists', () => {
  const section: Section = {
    code: 'x',
    title: { zh: 'x' },
    schema: { type: 'object', required: ['kinds'], properties: { sum: { type: 'object' }, age: { type: 'integer' }, kinds: { type: 'array' }, ok: { type: 'boolean' } } },
    fields: [
      { name: 'sum', label: { zh: 'x' }, input: 'money' },
      { name: 'age', label: { zh: 'x' }, input: 'number' },
      { name: 'kinds', label: { zh: 'x' }, input: 'choices' },
      { name: 'ok', label: { zh: 'x' }, input: 'switch' },
    ],
  };
  const values = { sum: '12.5', age: '61', kinds: ['a'], ok: true };
  expect(collect(section, values)).toEqual({ sum: { amount: '12.50', currency: 'CNY' }, age: 61, kinds: ['a'], ok: true });
  expect(lacks(section, { ...values, sum: '1e3', kinds: [] })).toEqual({ sum: 'amount', kinds: 'required' });
  expect(startValues(section, { sum: { amount: '3.00', currency: 'CNY' }, kinds: ['b', 1] }, { age: '62' })).toEqual({ sum: '3.00', age: '62', kinds: ['b'], ok: false });
});

test('patterns and lengths of the schema are said early', () => {
  const values = { ...startValues(details, undefined, {}), class: '2', bound_account: '12', bound_phone: '123', address: 'x' };
  expect(lacks(details, values)).toMatchObject({ bound_account: 'malformed', bound_phone: 'phone', address: 'short' });
});

test('a closed schema gets nothing that it does not know', () => {
  const face = form.sections.find((one) => one.code === 'face') as Section;
  expect(known(face, { liveness: '1S0KQ8Z0M0000', other: 1 })).toEqual({ liveness: '1S0KQ8Z0M0000' });
  const password = form.sections.find((one) => one.code === 'password') as Section;
  expect(known(password, { password: 'never' })).toEqual({});
});

test('what a pattern takes may be written in full width, in groups and in small letters; what is too long is said to be', () => {
  const section: Section = {
    code: 'x',
    title: { zh: 'x' },
    schema: { type: 'object', properties: { number: { type: 'string', pattern: '^[0-9]{6,16}$' }, plate: { type: 'string', pattern: '^[一-龥][A-Z][A-Z0-9]{5,6}$' }, room: { type: 'string', maxLength: 4 } } },
    fields: ['number', 'plate', 'room'].map((name) => ({ name, label: { zh: name }, input: 'text' as const })),
  };
  expect(collect(section, { number: '１２３４ 5678', plate: '云a12345', room: ' 3-2 ' })).toEqual({ number: '12345678', plate: '云A12345', room: '3-2' });
  expect(collect(section, { number: '12x', plate: '', room: '' })).toEqual({ number: '12x' });
  expect(lacks(section, { number: '12x', plate: '', room: '3-2-501' })).toEqual({ number: 'malformed', room: 'long' });
  expect(sayLack(section, 'room', 'long', (key, { bound }) => `${key} ${String(bound)}`)).toBe('form.lack.long 4');
});
