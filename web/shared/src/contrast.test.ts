// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyBrand, brandColours, type Colours } from './brand';
import { contrast, textPairs } from './contrast';

const root = join(import.meta.dirname, '../../..');

/** The tokens of a block of tokens.css. */
function tokens(selector: string): Colours {
  const css = readFileSync(join(root, 'web/shared/src/styles/tokens.css'), 'utf8');
  const block = css.slice(css.indexOf(`${selector} {`)).split('}')[0] ?? '';
  return Object.fromEntries([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]));
}

/** The light and dark blocks of a brand.yaml, which is flat enough to be read without a YAML library. */
function brandFile(path: string, theme: 'light' | 'dark'): Colours {
  const block = new RegExp(`^${theme}:\\n((?: {2}.*\\n?)+)`, 'm').exec(readFileSync(path, 'utf8'))?.[1] ?? '';
  return Object.fromEntries([...block.matchAll(/^ {2}([a-z-]+): "(#[0-9A-Fa-f]{6})"/gm)].map((m) => [m[1], m[2]]));
}

const light = tokens(':root');
const dark = { ...light, ...tokens(":root[data-theme='dark']") };
const banks = readdirSync(join(root, 'banks'));

test('the ratio is that of WCAG: black on white 21, a grey by hand 4.54', () => {
  expect(contrast('#000000', '#fff')).toBeCloseTo(21, 5);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
});

describe.each([
  ['light tokens', light],
  ['dark tokens', dark],
  ...banks.flatMap((bank) =>
    (['light', 'dark'] as const).map((theme): [string, Colours] => [
      `${bank}, ${theme}`,
      {
        ...(theme === 'light' ? light : dark),
        ...brandColours({ [theme]: brandFile(join(root, 'banks', bank, 'brand.yaml'), theme) }, theme),
      },
    ]),
  ),
])('%s', (_, colours) => {
  test.each(textPairs)('%s on %s is at least 4.5:1', (text, ground) => {
    expect(contrast(colours[text] ?? '', colours[ground] ?? '')).toBeGreaterThanOrEqual(4.5);
  });
});

test('a brand sets known colours only, and never anything that is not a colour', () => {
  const element = document.createElement('div');
  applyBrand(element, { light: { celadon: '#004466', ink: 'url(javascript:1)', 'font-family': '#000000' } }, 'light');
  expect(element.style.getPropertyValue('--celadon')).toBe('#004466');
  expect(element.style.getPropertyValue('--on-celadon')).toBe('#ffffff');
  expect(element.style.getPropertyValue('--ink')).toBe('');
  expect(element.style.getPropertyValue('--font-family')).toBe('');
  applyBrand(element, undefined, 'light');
  expect(element.style.getPropertyValue('--celadon')).toBe('');
});
