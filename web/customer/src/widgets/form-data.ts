// SPDX-License-Identifier: Apache-2.0
import { halfWidth, holds, plainNumber, readAmount, visible } from '@yungui/shared';
import type { Schemas } from '../api';

export type Section = Schemas['FormSection'];
export type Field = Schemas['FormField'];
export type FormValue = string | boolean | string[] | FormValues[];
export interface FormValues {
  [field: string]: FormValue;
}

/** The members of JSON Schema that a page can use; the server checks all of it. */
interface Property {
  type?: string;
  const?: unknown;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  enum?: unknown[];
  items?: Record<string, unknown>;
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

/** What one entry of a repeating group is: a section of its own. */
export function groupSection(section: Section, field: Field): Section {
  return { code: field.name, title: field.label, schema: propertyOf(section, field.name)?.items ?? {}, fields: field.fields ?? [] };
}

/** Whether the field holds several pictures or several words. */
export function isList(section: Section, field: Field): boolean {
  return field.input === 'choices' || (field.input === 'file' && propertyOf(section, field.name)?.type === 'array');
}

/** One empty entry of a group. */
export function emptyEntry(section: Section, field: Field): FormValues {
  return startValues(groupSection(section, field), undefined, {});
}

function startGroup(section: Section, field: Field, given: unknown): FormValues[] {
  const inner = groupSection(section, field);
  const entries = (Array.isArray(given) ? given : []).filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null);
  const least = propertyOf(section, field.name)?.minItems ?? 0;
  const values = entries.map((one) => startValues(inner, undefined, one));
  while (values.length < least) values.push(startValues(inner, undefined, {}));
  return values;
}

function isBoolean(field: Field): boolean {
  return field.input === 'switch' || field.input === 'agreement';
}

/** Of what the bank offers this person: where there is one card or account, nobody should have to choose it. */
function onlyOption(field: Field): string {
  const [first, ...more] = field.options_from ? (field.options ?? []) : [];
  return first && more.length === 0 && field.options_from !== 'days' ? first.value : '';
}

/** What the fields begin with: the draft, else what the bank already knows, else nothing. */
export function startValues(section: Section, prefill: Record<string, unknown> | undefined, draft: Record<string, unknown>): FormValues {
  const values: FormValues = {};
  for (const field of section.fields ?? []) {
    const given = draft[field.name] ?? prefill?.[field.name];
    if (field.input === 'summary') continue;
    if (field.input === 'group') values[field.name] = startGroup(section, field, given);
    else if (isList(section, field)) values[field.name] = Array.isArray(given) ? given.filter((one): one is string => typeof one === 'string') : [];
    else if (isBoolean(field)) values[field.name] = given === true || (field.input === 'agreement' && given !== undefined && given === propertyOf(section, field.name)?.const);
    else if (typeof given === 'string' || typeof given === 'number') values[field.name] = String(given);
    else if (typeof given === 'object' && given !== null && 'amount' in given) values[field.name] = String(given.amount);
    else values[field.name] = onlyOption(field);
  }
  return values;
}

/** What is typed, in the way of writing that the pattern takes: as it is, else half-width without spaces, else in capitals. */
function fitting(pattern: string, text: string): string {
  const plain = plainNumber(text);
  return [text, halfWidth(text), plain, plain.toUpperCase()].find((one) => matches(pattern, one)) ?? text;
}

function typed(section: Section, field: Field, value: FormValue): unknown {
  const property = propertyOf(section, field.name);
  if (field.input === 'agreement') {
    if (value !== true) return undefined;
    if (property?.const !== undefined) return property.const;
    return property?.type === 'string' ? field.agreement?.version : true;
  }
  if (typeof value === 'boolean') return value;
  if (field.input === 'group') {
    const inner = groupSection(section, field);
    return (value as FormValues[]).map((one) => collect(inner, one));
  }
  if (Array.isArray(value)) return value.length || propertyOf(section, field.name)?.minItems === undefined ? value : undefined;
  const text = value.trim();
  if (text === '') return undefined;
  if (field.input === 'money') {
    const read = readAmount(text, 'CNY');
    if (!('money' in read)) return text;
    return property?.type === 'object' ? read.money : read.money.amount;
  }
  if (field.input === 'phone' || field.input === 'account-number') return plainNumber(text);
  if (property?.type === 'integer' || property?.type === 'number') return /^-?\d+(\.\d+)?$/.test(halfWidth(text)) ? Number(halfWidth(text)) : text;
  return property?.pattern ? fitting(property.pattern, text) : text;
}

/** The data as it would be sent: only visible fields, nothing empty. */
export function collect(section: Section, values: FormValues): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const field of section.fields ?? []) {
    if (field.input === 'summary') continue;
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

export type Lack = 'required' | 'agree' | 'malformed' | 'short' | 'long' | 'phone' | 'amount' | 'number' | 'least' | 'most' | 'few' | 'file' | 'entries';

function ofAmount(property: Property | undefined, typed: string): Lack | undefined {
  const read = readAmount(typed, 'CNY');
  if ('refusal' in read) return 'amount';
  const value = Number(read.money.amount);
  if (property?.minimum !== undefined && value < property.minimum) return 'least';
  return property?.maximum !== undefined && value > property.maximum ? 'most' : undefined;
}

function ofText(field: Field, property: Property | undefined, value: string): Lack | undefined {
  if (field.input === 'phone' && !/^1\d{10}$/.test(value)) return 'phone';
  // A number that could be read is one by now.
  if (property?.type === 'integer' || property?.type === 'number') return 'number';
  if (property?.minLength && [...value].length < property.minLength) return 'short';
  if (property?.maxLength && [...value].length > property.maxLength) return 'long';
  return property?.pattern && !matches(property.pattern, value) ? 'malformed' : undefined;
}

function ofNumber(property: Property | undefined, value: number): Lack | undefined {
  if (property?.type === 'integer' && !Number.isInteger(value)) return 'number';
  if (property?.minimum !== undefined && value < property.minimum) return 'least';
  return property?.maximum !== undefined && value > property.maximum ? 'most' : undefined;
}

/** What is amiss with a field that holds something. */
function amiss(field: Field, property: Property | undefined, value: unknown, typedText: FormValue | undefined): Lack | undefined {
  if (field.input === 'money') return ofAmount(property, String(typedText ?? ''));
  if (Array.isArray(value)) return property?.minItems && value.length < property.minItems ? (field.input === 'group' ? 'entries' : 'few') : undefined;
  if (typeof value === 'number') return ofNumber(property, value);
  return typeof value === 'string' ? ofText(field, property, value) : undefined;
}

function nothing(field: Field): Lack {
  if (field.input === 'agreement') return 'agree';
  if (field.input === 'file') return 'file';
  return field.input === 'group' ? 'entries' : 'required';
}

/** The bound that a lack of the field speaks of. */
export function boundOf(section: Section, name: string, lack: Lack): number | undefined {
  const property = propertyOf(section, name);
  if (lack === 'least') return property?.minimum;
  if (lack === 'most') return property?.maximum;
  if (lack === 'long') return property?.maxLength;
  return lack === 'few' || lack === 'entries' ? property?.minItems : undefined;
}

/** What a person can see to be missing or wrong, by field, inside groups by path ("people/0/name"); the server judges the rest. */
export function lacks(section: Section, values: FormValues): Record<string, Lack> {
  const data = collect(section, values);
  const needed = new Set((section.schema?.required as string[] | undefined) ?? []);
  for (const rule of section.required_when ?? []) {
    if (holds(rule.when, data) === true) for (const name of rule.fields) needed.add(name);
  }
  const found: Record<string, Lack> = {};
  for (const field of shown(section, values)) {
    if (field.input === 'summary') continue;
    const value = data[field.name];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) {
      if (needed.has(field.name)) found[field.name] = nothing(field);
      continue;
    }
    const lack = amiss(field, propertyOf(section, field.name), value, values[field.name]);
    if (lack) found[field.name] = lack;
    if (field.input === 'group') {
      const inner = groupSection(section, field);
      (values[field.name] as FormValues[]).forEach((one, index) => {
        for (const [name, its] of Object.entries(lacks(inner, one))) found[`${field.name}/${index}/${name}`] = its;
      });
    }
  }
  return found;
}

/** The sentence for a lack: by the texts of `form.lack`, with the bound where one is broken. */
export function sayLack(section: Section, path: string, lack: Lack, say: (key: string, named: Record<string, unknown>) => string): string {
  const [name = '', , inner] = path.split('/');
  const field = section.fields?.find((one) => one.name === name);
  const bound = inner !== undefined && field ? boundOf(groupSection(section, field), inner, lack) : boundOf(section, name, lack);
  return say(`form.lack.${lack}`, { bound: bound ?? '' });
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}
