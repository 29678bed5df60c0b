// SPDX-License-Identifier: Apache-2.0

/** What is known of an element of a process: who stands there now, who came through lately and how long they took. */
export interface Heat {
  element: string;
  standing: number;
  incidents: number;
  passed: number;
  median_seconds: number;
  longest_seconds: number;
}

export type Warmth = 'cold' | 'mild' | 'warm' | 'hot';

/** How warm an element is beside the slowest of its process: the share of the longest median time. */
export function warmthOf(one: Heat, all: readonly Heat[]): Warmth {
  const most = Math.max(0, ...all.map((each) => each.median_seconds));
  if (one.median_seconds === 0 || most === 0) return 'cold';
  const share = one.median_seconds / most;
  return share > 0.66 ? 'hot' : share > 0.33 ? 'warm' : 'mild';
}

/** The element at which cases take longest; none where nothing takes any time. */
export function slowest(all: readonly Heat[]): Heat | undefined {
  const [first] = [...all].sort((a, b) => b.median_seconds - a.median_seconds);
  return first && first.median_seconds > 0 ? first : undefined;
}

/** A length of time as its largest unit and how many of it, for the texts of `diagram.time`. */
export function timeOf(seconds: number): { unit: 'seconds' | 'minutes' | 'hours' | 'days'; count: number } {
  if (seconds < 90) return { unit: 'seconds', count: seconds };
  if (seconds < 5400) return { unit: 'minutes', count: Math.round(seconds / 60) };
  if (seconds < 129_600) return { unit: 'hours', count: Math.round(seconds / 3600) };
  return { unit: 'days', count: Math.round(seconds / 86_400) };
}
