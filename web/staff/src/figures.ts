// SPDX-License-Identifier: Apache-2.0
/** A share of one as a CSS percentage, kept between 0 and 100. */
export function percent(share: number): string {
  return `${Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10}%`;
}

/** Each count's share of the largest; all 0 where nothing is counted. */
export function shares(counts: readonly number[]): number[] {
  const largest = Math.max(0, ...counts);
  return counts.map((count) => (largest > 0 ? count / largest : 0));
}

/** A count that may have been given up at `most`: "999+" for a thousand or more. */
export function countedTo(count: number, most: number | undefined): string {
  return most !== undefined && count >= most ? `${most - 1}+` : `${count}`;
}
