// SPDX-License-Identifier: Apache-2.0
import { addDays, dayOf, toMinor } from '@yungui/shared';
import type { Schemas } from './api';

export interface Period {
  from: string;
  to: string;
}

export type Preset = 'month' | 'last-month' | 'quarter' | 'year';

function monthStart(day: string, back: number): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1 - back, 1));
  return date.toISOString().slice(0, 10);
}

/** The days of a preset, seen from today; never more than 366 of them. */
export function periodOf(preset: Preset, today: string): Period {
  if (preset === 'month') return { from: monthStart(today, 0), to: today };
  if (preset === 'last-month') return { from: monthStart(today, 1), to: addDays(monthStart(today, 0), -1) };
  if (preset === 'quarter') return { from: monthStart(today, 2), to: today };
  return { from: monthStart(today, 11), to: today };
}

export interface Bar {
  /** First day of the bar. */
  day: string;
  incoming: bigint;
  outgoing: bigint;
}

/** Number of days from one to the other, both counted. */
export function daysOf(period: Period): number {
  return Math.round((Date.parse(`${period.to}T00:00:00Z`) - Date.parse(`${period.from}T00:00:00Z`)) / 86_400_000) + 1;
}

/** In and out per day up to 31 days, per week up to 100, else per calendar month. */
export function barsOf(period: Period, entries: readonly Schemas['Entry'][]): Bar[] {
  const days = daysOf(period);
  const size = days <= 31 ? 'day' : days <= 100 ? 'week' : 'month';
  const bars: Bar[] = [];
  const place = new Map<string, Bar>();
  for (let index = 0, day = period.from; index < days; index++, day = addDays(day, 1)) {
    const last = bars.at(-1);
    const fresh = !last || size === 'day' || (size === 'week' && index % 7 === 0) || (size === 'month' && day.endsWith('-01'));
    const bar = fresh ? { day, incoming: 0n, outgoing: 0n } : last;
    if (fresh) bars.push(bar);
    place.set(day, bar);
  }
  for (const entry of entries) {
    const bar = place.get(entry.business_date ?? dayOf(entry.at));
    if (!bar) continue;
    if (entry.direction === 'in') bar.incoming += toMinor(entry.amount);
    else bar.outgoing += toMinor(entry.amount);
  }
  return bars;
}
