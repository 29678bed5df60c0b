// SPDX-License-Identifier: Apache-2.0
import { formatMoney, say, settings, type Money, type Text } from '@yungui/shared';
import type { Schemas } from '../api';

/** What the service shows of a case besides its words: `lines` of the result, each a label and a value in words, a number or money. */
export function caseLines(one: Schemas['Case']): { label: string; value: string }[] {
  const given = one.result?.lines;
  return (Array.isArray(given) ? given : []).flatMap((line: unknown) => {
    if (typeof line !== 'object' || line === null || !('label' in line) || !('value' in line)) return [];
    const value = inWords(line.value);
    return value === '' ? [] : [{ label: inWords(line.label), value }];
  });
}

function inWords(value: unknown): string {
  if (typeof value === 'object' && value !== null) return 'amount' in value ? formatMoney(value as Money, settings.language) : say(value as Text);
  return value === undefined || value === null ? '' : String(value);
}
