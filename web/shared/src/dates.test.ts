// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { addDays, calendarDay, dayOf, exactTime, fullDate, fullTime, instantAt, useTimeZone } from './dates';

test('dates stand in full, in both languages', () => {
  expect(fullDate('2026-11-21T01:02:03Z', 'zh')).toBe('2026年11月21日');
  expect(fullDate('2026-11-21T01:02:03Z', 'en')).toBe('21 November 2026');
  expect(calendarDay('2026-02-28', 'en')).toBe('28 February 2026');
});

test('an instant is shown on the bank’s calendar, not on that of the device', () => {
  expect(fullTime('2026-11-20T18:30:00Z', 'zh')).toBe('2026年11月21日 02:30');
  expect(dayOf('2026-11-20T18:30:00Z')).toBe('2026-11-21');
  expect(exactTime('2026-11-20T16:00:09Z', 'en')).toBe('21 November 2026, 00:00:09');
});

test('days are counted over month and year ends', () => {
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
});

test('what is written into a field of date and time is meant on the bank’s calendar', () => {
  expect(instantAt('2026-11-21T02:30').toISOString()).toBe('2026-11-20T18:30:00.000Z');
  useTimeZone('Europe/Berlin');
  expect(instantAt('2026-03-29T01:59').toISOString()).toBe('2026-03-29T00:59:00.000Z');
  expect(instantAt('2026-03-29T03:01').toISOString()).toBe('2026-03-29T01:01:00.000Z');
  useTimeZone('Asia/Shanghai');
});
