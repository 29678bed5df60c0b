// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { differences, leaves, sharedTexts as shared } from '@yungui/shared';
import { expect, test } from 'vitest';
import { en } from './en';
import { zh } from './zh';

const source = join(import.meta.dirname, '..');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|ts)$/.test(name) && !name.startsWith('texts'));
const code = files.map((name) => readFileSync(join(source, name), 'utf8')).join('\n');
const keys = new Set([...leaves({ ...shared, ...zh }).keys()]);

test('both languages have the same texts', () => expect(differences(zh, en)).toEqual([]));

test('every text that a page names exists', () => {
  const named = [...code.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(150);
  expect(named.filter((key) => !keys.has(key))).toEqual([]);
  const titles = [...code.matchAll(/title: '([\w.]+)'/g)].map((match) => match[1] ?? '');
  expect(titles.filter((key) => !keys.has(key))).toEqual([]);
});

test('no page speaks past the texts: no Chinese in templates and scripts', () => {
  const allowed = /pages\.ts$|\.test\.ts$|ModeSwitch\.vue$|MePage\.vue$|ElderPage\.vue$|LimitBar\.vue$|PageHeader\.vue$|FormFields\.vue$|ElderHome\.vue$/;
  for (const name of files) {
    if (allowed.test(name)) continue;
    expect(readFileSync(join(source, name), 'utf8'), name).not.toMatch(/[\u3400-\u9fff]/);
  }
});
