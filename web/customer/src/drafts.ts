// SPDX-License-Identifier: Apache-2.0
/**
 * What was typed and not yet sent, kept for this tab so that reload and back lose nothing. Names, ID numbers, passwords and codes
 * never go here: fields are named in `secret`. The truth is on the server.
 */
const prefix = 'yungui.draft.';
const secret = new Set(['name', 'number', 'id_number', 'birth_date', 'password', 'code', 'front', 'back']);

export type Draft = Record<string, unknown>;

export function readDraft(key: string): Draft {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(prefix + key) ?? '{}');
    return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? (kept as Draft) : {};
  } catch {
    return {};
  }
}

/** `open`: fields that are no secret in this draft, for example a water customer's number. */
export function keepDraft(key: string, draft: Draft, open: readonly string[] = []): void {
  const kept = Object.fromEntries(Object.entries(draft).filter(([field]) => !secret.has(field) || open.includes(field)));
  try {
    sessionStorage.setItem(prefix + key, JSON.stringify(kept));
  } catch {
    // Full or closed storage: the draft lives as long as the page.
  }
}

export function dropDraft(key: string): void {
  try {
    sessionStorage.removeItem(prefix + key);
  } catch {
    // Nothing was kept.
  }
}

export function forgetDrafts(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}
