// SPDX-License-Identifier: Apache-2.0
import { holds, readAmount, visible } from '@yungui/shared';
import type { Schemas } from '../api';

export type Section = Schemas['FormSection'];
export type Field = Schemas['FormField'];
export type FormValue = string | boolean | string[];
export type FormValues = Record<string, FormValue>;

/** The members of JSON Schema that a page can use; the server checks all of it. */
interface Property {
  type?: string;
  const?: unknown;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  enum?: unknown[];
}

export function propertyOf(section: Section, name: string): Property | undefined {
  const properties = section.schema?.properties as Record<string, Property> | undefined;
  return properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/** Only what the section's schema knows, where it says that it knows all. */
export function known(section: Section, data: Record<string, unknown>): Record<string, unknown> {
  const properties = section.schema?.properties as object | undefined;
  if (section.schema?.additionalProperties !== false) return data;
  return Object.fromEntries(Object.entries(data).filter(([name]) => !!properties && Object.hasOwn(properties, name)));
}

function isBoolean(field: Field): boolean {
  return field.input === 'switch' || field.input === 'agreement';
}

/** What the fields begin with: the draft, else what the bank already knows, else nothing. */
export function startValues(section: Section, prefill: Record<string, unknown> | undefined, draft: Record<string, unknown>): FormValues {
  const values: FormValues = {};
  for (const field of section.fields ?? []) {
    const given = draft[field.name] ?? prefill?.[field.name];
    if (field.input === 'choices') values[field.name] = Array.isArray(given) ? given.filter((one): one is string => typeof one === 'string') : [];
    else if (isBoolean(field)) values[field.name] = given === true || (field.input === 'agreement' && given !== undefined && given === propertyOf(section, field.name)?.const);
    else if (typeof given === 'string' || typeof given === 'number') values[field.name] = String(given);
    else if (typeof given === 'object' && given !== null && 'amount' in given) values[field.name] = String(given.amount);
    else values[field.name] = '';
  }
  return values;
}

function typed(section: Section, field: Field, value: FormValue): unknown {
  const property = propertyOf(section, field.name);
  if (field.input === 'agreement') {
    if (value !== true) return undefined;
    if (property?.const !== undefined) return property.const;
    return property?.type === 'string' ? field.agreement?.version : true;
  }
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value;
  const text = value.trim();
  if (text === '') return undefined;
  if (field.input === 'money') {
    const read = readAmount(text, 'CNY');
    if (!('money' in read)) return text;
    return property?.type === 'object' ? read.money : read.money.amount;
  }
  if (field.input === 'phone' || field.input === 'account-number') return text.replace(/[\s-]/g, '');
  if (property?.type === 'integer' || property?.type === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  return text;
}

/** The data as it would be sent: only visible fields, nothing empty. */
export function collect(section: Section, values: FormValues): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const field of section.fields ?? []) {
    const value = typed(section, field, values[field.name] ?? '');
    if (value !== undefined) all[field.name] = value;
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => visible(section.fields?.find((one) => one.name === name)?.visible_when, all)));
}

export function shown(section: Section, values: FormValues): Field[] {
  const data: Record<string, unknown> = {};
  for (const field of section.fields ?? []) {
    const value = typed(section, field, values[field.name] ?? '');
    if (value !== undefined) data[field.name] = value;
  }
  return (section.fields ?? []).filter((field) => visible(field.visible_when, data));
}

export type Lack = 'required' | 'agree' | 'malformed' | 'short' | 'phone' | 'amount';

/** What a person can see to be missing or wrong, by field; the server judges the rest. */
export function lacks(section: Section, values: FormValues): Record<string, Lack> {
  const data = collect(section, values);
  const needed = new Set((section.schema?.required as string[] | undefined) ?? []);
  for (const rule of section.required_when ?? []) {
    if (holds(rule.when, data) === true) for (const name of rule.fields) needed.add(name);
  }
  const found: Record<string, Lack> = {};
  for (const field of shown(section, values)) {
    const value = data[field.name];
    const property = propertyOf(section, field.name);
    if (value === undefined || (Array.isArray(value) && value.length === 0)) {
      if (needed.has(field.name)) found[field.name] = field.input === 'agreement' ? 'agree' : 'required';
      continue;
    }
    if (field.input === 'money') {
      const read = readAmount(String(values[field.name] ?? ''), 'CNY');
      if ('refusal' in read) found[field.name] = 'amount';
    } else if (typeof value === 'string') {
      if (field.input === 'phone' && !/^1\d{10}$/.test(value)) found[field.name] = 'phone';
      else if (property?.minLength && [...value].length < property.minLength) found[field.name] = 'short';
      else if (property?.pattern && !matches(property.pattern, value)) found[field.name] = 'malformed';
    }
  }
  return found;
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}
