// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { differences, leaves, sharedTexts } from '@yungui/shared';
import { expect, test } from 'vitest';
import { en } from './en';
import { zh } from './zh';

const source = join(import.meta.dirname, '..');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|ts)$/.test(name) && !name.startsWith('texts') && !name.endsWith('.test.ts'));
const codes = new Map(files.map((name) => [name, readFileSync(join(source, name), 'utf8')]));

test('both languages have the same texts', () => expect(differences(zh, en)).toEqual([]));

test('every text that a page names exists', () => {
  const keys = new Set(leaves({ ...sharedTexts, ...zh }).keys());
  const named = [...codes.values()].flatMap((code) => [...code.matchAll(/\bt\(\s*'([\w.-]+)'|title: '([\w.]+)'/g)].map((match) => match[1] ?? match[2] ?? ''));
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((key) => !keys.has(key))).toEqual([]);
});

test('no page speaks past the texts', () => {
  for (const [name, code] of codes) expect(code, name).not.toMatch(/[\u3400-\u9fff]/);
});
