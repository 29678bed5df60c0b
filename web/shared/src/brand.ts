// SPDX-License-Identifier: Apache-2.0
import { contrast } from './contrast';

export type Colours = Record<string, string>;
export interface Brand {
  light?: Colours;
  dark?: Colours;
}

const names = new Set([
  ...['paper', 'card', 'line', 'ink', 'ink-soft', 'celadon', 'celadon-pressed', 'on-celadon', 'cinnabar', 'amber', 'sky'],
  ...['celadon-tint', 'cinnabar-tint', 'amber-tint', 'sky-tint'],
]);

/** The known tokens of a brand with well-formed colours; the text on the primary colour is chosen by contrast where it is not given. */
export function brandColours(brand: unknown, theme: 'light' | 'dark'): Colours {
  const given = (brand as Brand | undefined)?.[theme] ?? {};
  const colours: Colours = {};
  for (const [name, value] of Object.entries(given)) {
    if (names.has(name) && typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value)) colours[name] = value;
  }
  const primary = colours.celadon;
  if (primary && !colours['on-celadon']) {
    const dark = '#0b1d19';
    colours['on-celadon'] = contrast(primary, '#ffffff') >= contrast(primary, dark) ? '#ffffff' : dark;
  }
  return colours;
}

/** Puts a brand's colours over the defaults, by the style object (which a strict Content-Security-Policy allows). */
export function applyBrand(root: HTMLElement, brand: unknown, theme: 'light' | 'dark'): void {
  for (const name of names) root.style.removeProperty(`--${name}`);
  for (const [name, value] of Object.entries(brandColours(brand, theme))) root.style.setProperty(`--${name}`, value);
}
