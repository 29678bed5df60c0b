// SPDX-License-Identifier: Apache-2.0
/** Every leaf of a tree of texts, by its dotted path. */
export function leaves(tree: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === 'string') found.set(here, value);
    else for (const [inner, text] of leaves(value as object, here)) found.set(inner, text);
  }
  return found;
}

/** What is amiss between two languages: keys of one only, empty texts, placeholders that differ. Empty when all is well. */
export function differences(one: object, other: object): string[] {
  const [a, b] = [leaves(one), leaves(other)];
  const amiss: string[] = [];
  const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join();
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const [x, y] = [a.get(key), b.get(key)];
    if (x === undefined || y === undefined) amiss.push(`${key}: in one language only`);
    else if (!x.trim() || !y.trim()) amiss.push(`${key}: empty`);
    else if (placeholders(x) !== placeholders(y)) amiss.push(`${key}: placeholders differ`);
  }
  return amiss;
}
