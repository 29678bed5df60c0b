// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { countedTo, percent, shares } from './figures';
import { headcount, unitOf, type Unit } from './organisation';
import { relativeTime, urgency } from './relative';
import { missing } from './task/decision';

const now = new Date('2026-11-21T10:00:00Z');

describe('a deadline', () => {
  test('is told from now, rounded towards now', () => {
    expect(relativeTime('2026-11-21T12:59:00Z', now, 'en')).toBe('in 2 hours');
    expect(relativeTime('2026-11-21T09:54:30Z', now, 'en')).toBe('5 minutes ago');
    expect(relativeTime('2026-11-24T09:00:00Z', now, 'zh')).toBe('2天后');
  });
  test('is never told as no time at all', () => {
    expect(relativeTime('2026-11-21T10:00:20Z', now, 'en')).toBe('in 1 minute');
    expect(relativeTime('2026-11-21T09:59:50Z', now, 'en')).toBe('1 minute ago');
  });
  test('presses within the hour and is late from its instant on', () => {
    expect(urgency('2026-11-21T10:00:00Z', now)).toBe('late');
    expect(urgency('2026-11-21T11:00:00Z', now)).toBe('soon');
    expect(urgency('2026-11-21T11:00:01Z', now)).toBe('calm');
    expect(urgency(undefined, now)).toBe('calm');
  });
});

describe('bars', () => {
  test('stay within their frame', () => expect([-0.1, 0.4567, 3].map(percent)).toEqual(['0%', '45.7%', '100%']));
  test('are drawn against the largest, and empty where nothing is counted', () => {
    expect(shares([2, 4, 0])).toEqual([0.5, 1, 0]);
    expect(shares([0, 0])).toEqual([0, 0]);
    expect(shares([])).toEqual([]);
  });
});

describe('a count', () => {
  test('that was given up says so', () => {
    expect(countedTo(999, 1000)).toBe('999');
    expect(countedTo(1000, 1000)).toBe('999+');
    expect(countedTo(0, undefined)).toBe('0');
  });
});

describe('a decision', () => {
  const outcome = { code: 'refuse', name: { zh: '拒绝' }, needs_reason: true, needs_comment: true, reasons: [{ code: 'blurred', name: { zh: '模糊' } }] };
  test('lacks what its outcome asks for', () => {
    expect(missing(outcome, '', '  ')).toEqual(['reason', 'comment']);
    expect(missing(outcome, 'blurred', 'unreadable')).toEqual([]);
  });
  test('takes only a reason of its own outcome', () => expect(missing(outcome, 'other', 'x')).toEqual(['reason']));
  test('lacks nothing where nothing is asked', () => expect(missing({ code: 'approve', name: { zh: '名' } }, '', '')).toEqual([]));
});

describe('the organisation', () => {
  const person = (username: string) => ({ username, name: username, roles: [] });
  const village: Unit = { code: 'v', name: { zh: '名' }, level: 'village', children: [], staff: [person('a')] };
  const city: Unit = { code: 'c', name: { zh: '名' }, level: 'city', children: [village], staff: [person('b'), person('d')] };
  test('finds a unit at any depth', () => {
    expect(unitOf([city], 'v')).toBe(village);
    expect(unitOf([city], 'x')).toBeUndefined();
  });
  test('counts people below as well', () => expect(headcount(city)).toBe(3));
});
