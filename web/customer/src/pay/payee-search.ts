// SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '../api';

type Payee = Schemas['Payee'];

/** Payees whose name, nickname, pinyin (with or without blanks), initials or number hold what is typed; in the book's order. */
export function findPayees(book: readonly Payee[], typed: string): Payee[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return [...book];
  const close = wanted.replace(/[\s-]/g, '');
  return book.filter((one) => {
    const words = [one.name, one.nickname ?? '', one.pinyin].map((word) => word.toLowerCase());
    return (
      words.some((word) => word.includes(wanted)) ||
      one.pinyin.replaceAll(' ', '').includes(close) ||
      one.initials.includes(close) ||
      (/^\d{3,}$/.test(close) && [one.account_number, one.phone].some((number) => number?.includes(close)))
    );
  });
}
