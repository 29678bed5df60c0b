// SPDX-License-Identifier: Apache-2.0
/** An account number as people read it: in fours. Masked ones are left as they come. */
export function inGroups(number: string): string {
  return /^\d+$/.test(number) ? number.replace(/(\d{4})(?=\d)/g, '$1 ') : number;
}

export function lastFour(number: string): string {
  return number.slice(-4);
}
