// SPDX-License-Identifier: Apache-2.0
/** Full-width digits, letters and signs (U+FF01 to U+FF5E) as Latin ones, the wide space as a space: a Chinese keyboard types both. */
export function halfWidth(typed: string): string {
  return typed.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replaceAll('\u3000', ' ');
}

/** A number as people write it (full-width, in groups with spaces or dashes), without what only helps the eye. A sign stays. */
export function plainNumber(typed: string): string {
  return halfWidth(typed)
    .replace(/\s/g, '')
    .replace(/(\d)-(?=\d)/g, '$1');
}
