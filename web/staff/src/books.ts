// SPDX-License-Identifier: Apache-2.0
import { formatMoney, type Language } from '@yungui/shared';
import type { Schemas } from './api';

export type TrialLine = Schemas['TrialBalance']['lines'][number];
export type LedgerLine = Schemas['GeneralLedger']['lines'][number];

/** An amount without its sign: on which side it stands is said beside it. */
export function plain(amount: string, unit: string, language: Language): string {
  const bare = amount.replace('-', '');
  return isCurrency(unit) ? formatMoney({ amount: bare, currency: unit }, language) : `${pieces(bare, language)} ${unit}`;
}

/** As `plain`, where the unit stands above: pieces of a voucher without its name. */
export function inColumn(amount: string, unit: string, language: Language): string {
  return isCurrency(unit) ? plain(amount, unit, language) : pieces(amount.replace('-', ''), language);
}

const isCurrency = (unit: string) => /^[A-Z]{3}$/.test(unit);
const pieces = (amount: string, language: Language) => new Intl.NumberFormat(language, { maximumFractionDigits: 20 }).format(amount as `${number}`);

/** Balances are debits less credits. */
export function sideOf(amount: string): 'debit' | 'credit' | 'none' {
  if (/^-?0*(\.0*)?$/.test(amount)) return 'none';
  return amount.startsWith('-') ? 'credit' : 'debit';
}

/** In parts of the smallest decimal that is written; amounts of one unit have the same decimals. */
function exact(amount: string): bigint {
  return BigInt(amount.replace('.', ''));
}

function written(sum: bigint, like: string): string {
  const decimals = like.includes('.') ? like.length - like.indexOf('.') - 1 : 0;
  const digits = (sum < 0n ? -sum : sum).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return `${sum < 0n ? '-' : ''}${whole}${decimals ? `.${digits.slice(-decimals)}` : ''}`;
}

/** What the debit and the credit balances of one unit come to. */
export interface Totals {
  unit: string;
  debit: string;
  credit: string;
  balanced: boolean;
  lines: (TrialLine & { share: number })[];
}

/** Lines by unit, each with its share of its side. */
export function totalsOf(lines: readonly TrialLine[]): Totals[] {
  return [...new Set(lines.map((line) => line.unit))].map((unit) => {
    const own = lines.filter((line) => line.unit === unit);
    const sum = (side: string) => own.filter((line) => sideOf(line.closing) === side).reduce((all, line) => all + exact(line.closing), 0n);
    const debit = sum('debit');
    const credit = -sum('credit');
    const like = own[0]?.closing ?? '0';
    const part = (line: TrialLine) => {
      const all = sideOf(line.closing) === 'credit' ? credit : debit;
      const size = exact(line.closing);
      return all === 0n ? 0 : Number(((size < 0n ? -size : size) * 10000n) / all) / 10000;
    };
    return { unit, debit: written(debit, like), credit: written(credit, like), balanced: debit === credit, lines: own.map((line) => ({ ...line, share: part(line) })) };
  });
}

/** A comma-separated table that spreadsheets read: quoted where it must be, never taken for a formula. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => {
    const safe = /^[=+@\t\r]|^-[^0-9.]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** Lines of the ledger in the order of their tree, each with its depth and whether it has children. */
export function treeOf(lines: readonly LedgerLine[], folded: ReadonlySet<string>): (LedgerLine & { depth: number; parentOf: number })[] {
  const below = (parent: string | undefined, unit: string) => lines.filter((line) => line.parent === parent && line.unit === unit);
  const walk = (parent: string | undefined, unit: string, depth: number): (LedgerLine & { depth: number; parentOf: number })[] =>
    below(parent, unit).flatMap((line) => {
      const children = below(line.code, unit).length;
      return [{ ...line, depth, parentOf: children }, ...(children && !folded.has(`${unit}/${line.code}`) ? walk(line.code, unit, depth + 1) : [])];
    });
  return [...new Set(lines.map((line) => line.unit))].flatMap((unit) => walk(undefined, unit, 0));
}
