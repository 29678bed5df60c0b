// SPDX-License-Identifier: Apache-2.0
import type { Language } from './money';

/** The zone that the bank writes its days in; from GET /v1/bank. Until that is known, and where it names none, China's. */
let zone = 'Asia/Shanghai';

export function useTimeZone(name: string | undefined): void {
  if (name) zone = name;
}

const tags: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' };

function write(instant: string | Date, language: Language, options: Intl.DateTimeFormatOptions): string {
  const date = typeof instant === 'string' ? new Date(instant) : instant;
  return new Intl.DateTimeFormat(tags[language], { timeZone: zone, ...options }).format(date);
}

/** `2026年11月21日`, `21 November 2026`. */
export function fullDate(instant: string | Date, language: Language): string {
  return write(instant, language, { year: 'numeric', month: 'long', day: 'numeric' });
}

/** `2026年11月21日 15:04`, `21 November 2026, 15:04`. */
export function fullTime(instant: string | Date, language: Language): string {
  return `${fullDate(instant, language)}${language === 'zh' ? ' ' : ', '}${clockTime(instant, language)}`;
}

/** `2026年11月21日 15:04:09`: receipts say the second. */
export function exactTime(instant: string | Date, language: Language): string {
  const clock = write(instant, language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  return `${fullDate(instant, language)}${language === 'zh' ? ' ' : ', '}${clock}`;
}

export function clockTime(instant: string | Date, language: Language): string {
  return write(instant, language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** A calendar day of the API (YYYY-MM-DD), which has no zone. */
export function calendarDay(day: string, language: Language): string {
  return new Intl.DateTimeFormat(tags[language], { timeZone: 'UTC', year: 'numeric', month: 'long', day: 'numeric' }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** The bank's calendar day of an instant, as YYYY-MM-DD. */
export function dayOf(instant: string | Date): string {
  const date = typeof instant === 'string' ? new Date(instant) : instant;
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(date);
}

/** How the bank's clock is ahead of UTC at an instant, in milliseconds. */
function ahead(at: number): number {
  const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(new Date(at));
  return Date.parse(`${wall.replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000;
}

/** The instant of a date and time on the bank's calendar, as a field of type datetime-local writes them ("2026-11-21T09:30"). */
export function instantAt(local: string): Date {
  const wall = Date.parse(`${local}Z`);
  return new Date(wall - ahead(wall - ahead(wall)));
}

/** `day` moved by whole days. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
