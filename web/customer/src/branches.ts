// SPDX-License-Identifier: Apache-2.0
import { clockTime, dayOf, fullTime, settings } from '@yungui/shared';
import type { Schemas } from './api';

type Words = (key: string, values?: Record<string, unknown>) => string;

/** Until when it is open, or from when. */
export function branchHours(branch: Schemas['Branch'], t: Words, now = new Date()): string {
  if (branch.closes_at) return t('branches.openUntil', { time: clockTime(branch.closes_at, settings.language) });
  if (!branch.opens_at) return t('branches.closed');
  const today = dayOf(branch.opens_at) === dayOf(now.toISOString());
  return t('branches.opensAt', { time: (today ? clockTime : fullTime)(branch.opens_at, settings.language) });
}

/** How many wait, in words; empty where no numbers are given. */
export function branchQueue(branch: Schemas['Branch'], t: Words): string {
  if (branch.waiting === undefined) return '';
  return branch.waiting === 0 ? t('branches.nobodyWaits') : t('branches.waiting', { count: branch.waiting, minutes: branch.wait_minutes });
}

export const branchWords = (branch: Schemas['Branch'], t: Words) => [branchHours(branch, t), branchQueue(branch, t)].filter(Boolean);

/** The branch that a door's code leads to; nothing where the text is another's address, or none. */
export function branchOfLink(text: string, origin: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin: from, pathname } = new URL(text);
  return from === origin ? /^\/branches\/([A-Za-z0-9-]{1,40})$/.exec(pathname)?.[1] : undefined;
}
