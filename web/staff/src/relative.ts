// SPDX-License-Identifier: Apache-2.0
import type { Language } from '@yungui/shared';

const steps: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `in 2 hours`, `5 minutes ago`, and the same in Chinese. Rounded towards now, so that a deadline never seems further than it is. */
export function relativeTime(instant: string, now: Date, language: Language): string {
  const seconds = (new Date(instant).getTime() - now.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { numeric: 'always' });
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(seconds < 0 ? -1 : 1, 'minute');
}

/** How pressing a deadline is: past, within the hour, or later. */
export function urgency(dueAt: string | undefined, now: Date): 'late' | 'soon' | 'calm' {
  if (dueAt === undefined) return 'calm';
  const left = new Date(dueAt).getTime() - now.getTime();
  if (left <= 0) return 'late';
  return left <= 3_600_000 ? 'soon' : 'calm';
}
