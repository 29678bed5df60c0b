// SPDX-License-Identifier: Apache-2.0
/** Relative luminance and contrast ratio of WCAG 2.2, for colours written #RRGGBB or #RGB. */
function channel(value: number): number {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

export function luminance(colour: string): number {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour);
  const match = short
    ? short.map((digit, i) => (i === 0 ? digit : digit + digit))
    : /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!match) throw new Error(`not a colour: ${colour}`);
  const [r = 0, g = 0, b = 0] = match.slice(1).map((part) => channel(parseInt(part, 16)));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Which text colour stands on which ground in our pages; each pair must reach 4.5:1. */
export const textPairs: readonly (readonly [text: string, ground: string])[] = [
  ...['ink', 'ink-soft', 'celadon', 'celadon-pressed', 'cinnabar', 'amber', 'sky'].flatMap((text) => [[text, 'paper'] as const, [text, 'card'] as const]),
  ...['celadon', 'cinnabar', 'amber', 'sky'].flatMap((name) => [
    [name, `${name}-tint`] as const,
    ['ink', `${name}-tint`] as const,
    ['ink-soft', `${name}-tint`] as const,
  ]),
  ['on-celadon', 'celadon'],
  ['on-celadon', 'celadon-pressed'],
];
