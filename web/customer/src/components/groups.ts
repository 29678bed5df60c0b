// SPDX-License-Identifier: Apache-2.0
/** A number as people read it: an account's in fours, a phone's as 3-4-4. Masked ones are left as they come. */
export function inGroups(number: string): string {
  if (/^1\d{10}$/.test(number)) return number.replace(/(\d{3})(\d{4})(\d{4})/, '$1 $2 $3');
  return /^\d+$/.test(number) ? number.replace(/(\d{4})(?=\d)/g, '$1 ') : number;
}

export function lastFour(number: string): string {
  return number.slice(-4);
}
