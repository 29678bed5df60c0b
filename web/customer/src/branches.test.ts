// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Schemas } from './api';
import { branchHours, branchOfLink, branchQueue } from './branches';

const t = (key: string, values?: Record<string, unknown>) => `${key} ${JSON.stringify(values ?? {})}`;
const branch = (given: Partial<Schemas['Branch']>) => ({ code: 'A', institution: 'one', name: {}, address: {}, level: 'town', open: true, services: [], ...given }) as Schemas['Branch'];

test('a door’s code is the bank’s own address and nobody else’s', () => {
  expect(branchOfLink('https://bank.example/branches/P-YC-BT', 'https://bank.example')).toBe('P-YC-BT');
  for (const other of ['https://bank.example.evil/branches/P-YC-BT', 'http://bank.example/branches/P-YC-BT', 'https://bank.example/branches/P/more', 'https://bank.example/pay', 'P-YC-BT', '', '00020101'])
    expect(branchOfLink(other, 'https://bank.example')).toBeUndefined();
});

test('when it opens names the day where it is not today', () => {
  const now = new Date('2026-11-23T00:30:00Z');
  expect(branchHours(branch({ open: false, opens_at: '2026-11-23T01:00:00Z' }), t, now)).toContain('"09:00"');
  expect(branchHours(branch({ open: false, opens_at: '2026-11-24T01:00:00Z' }), t, now)).toMatch(/24/);
  expect(branchHours(branch({ closes_at: '2026-11-23T09:00:00Z' }), t, now)).toContain('"17:00"');
  expect(branchHours(branch({ open: false }), t, now)).toContain('branches.closed');
});

test('nobody waits is said so, and nothing where no numbers are given', () => {
  expect(branchQueue(branch({}), t)).toBe('');
  expect(branchQueue(branch({ waiting: 0, wait_minutes: 0 }), t)).toContain('nobodyWaits');
  expect(branchQueue(branch({ waiting: 3, wait_minutes: 15 }), t)).toContain('"minutes":15');
});
