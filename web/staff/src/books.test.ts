// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { csvOf, inColumn, plain, sideOf, totalsOf, treeOf, type LedgerLine, type TrialLine } from './books';

const line = (code: string, closing: string, unit = 'CNY'): TrialLine => ({ kind: 'own', code, unit, accounts: 1, opening: '0.00', debits: '0.00', credits: '0.00', closing });
const node = (code: string, parent?: string): LedgerLine => ({ code, unit: 'CNY', opening: '0.00', debits: '0.00', credits: '0.00', closing: '1.00', ...(parent && { parent }) });

describe('the trial balance', () => {
  it('says on which side a balance stands', () => {
    expect([sideOf('1.00'), sideOf('-0.01'), sideOf('0.00'), sideOf('0'), sideOf('-0.00')]).toEqual(['debit', 'credit', 'none', 'none', 'none']);
    expect(plain('-5', 'voucher/spring', 'en')).toBe('5 voucher/spring');
    expect(plain('-10000', 'voucher/spring', 'en')).toBe('10,000 voucher/spring');
    expect([inColumn('-10000', 'voucher/spring', 'en'), inColumn('-5.00', 'CNY', 'en')]).toEqual(['10,000', plain('5.00', 'CNY', 'en')]);
  });

  it('adds up exactly, by unit, and notices a fen', () => {
    const [cny, voucher] = totalsOf([line('a', '90071992547409.93'), line('b', '-90071992547409.92'), line('c', '5', 'voucher/x'), line('d', '-5', 'voucher/x')]);
    expect(cny).toMatchObject({ unit: 'CNY', debit: '90071992547409.93', credit: '90071992547409.92', balanced: false });
    expect(voucher).toMatchObject({ debit: '5', credit: '5', balanced: true });
    expect(voucher?.lines[0]?.share).toBe(1);
  });

  it('writes a table that no spreadsheet takes for formulas', () => {
    expect(csvOf([['a,b', '-1.00'], ['=1+1', 'say "no"']])).toBe('\uFEFF"a,b",-1.00\r\n\'=1+1,"say ""no"""\r\n');
  });
});

describe('the tree of the general ledger', () => {
  it('puts children below their parents and folds', () => {
    const lines = [node('1'), node('2'), node('1001', '1'), node('2011', '2'), node('2011.01', '2011')];
    expect(treeOf(lines, new Set()).map((one) => [one.code, one.depth])).toEqual([['1', 0], ['1001', 1], ['2', 0], ['2011', 1], ['2011.01', 2]]);
    expect(treeOf(lines, new Set(['CNY/2011'])).map((one) => one.code)).toEqual(['1', '1001', '2', '2011']);
  });
});
