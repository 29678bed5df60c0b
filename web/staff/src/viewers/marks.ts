// SPDX-License-Identifier: Apache-2.0

export type Mark = 'added' | 'removed' | 'changed';

export interface VersionChange {
  kind: Mark;
  file: string;
  element?: string;
}

/** What to colour on the drawings of a file: what went on the former, what came or changed on the new. */
export function marksOf(changes: readonly VersionChange[], file: string): { before: Map<string, Mark>; after: Map<string, Mark> } {
  const [before, after] = [new Map<string, Mark>(), new Map<string, Mark>()];
  for (const one of changes) {
    if (one.file !== file || !one.element) continue;
    const side = one.kind === 'removed' ? before : after;
    // Of an element that came nothing else is worth saying.
    if (side.get(one.element) !== 'added') side.set(one.element, one.kind);
  }
  return { before, after };
}
