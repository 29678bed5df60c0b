// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { compare, formatMoney, fromMinor, largeSumHint, readAmount, share, subtract, toMinor } from './money';

const cny = (amount: string) => ({ amount, currency: 'CNY' });

describe('money', () => {
  test('a sum beyond 2^53 keeps every digit', () => {
    expect(formatMoney(cny('9007199254740993.07'), 'zh')).toBe('¥9,007,199,254,740,993.07');
    expect(fromMinor(toMinor(cny('9007199254740993.07')), 'CNY')).toEqual(cny('9007199254740993.07'));
  });

  test.each([
    ['0', '¥0.00'],
    ['12.5', '¥12.50'],
    ['-3560', '\u2212¥3,560.00'],
    ['1000000.00', '¥1,000,000.00'],
  ])('%s reads %s', (amount, text) => expect(formatMoney(cny(amount), 'zh')).toBe(text));

  test('an entry carries its sign, a receipt its unit in words', () => {
    expect(formatMoney(cny('5'), 'en', { sign: 'always' })).toBe('+¥5.00');
    expect(formatMoney(cny('5'), 'zh', { unit: 'word' })).toBe('5.00 元');
  });

  test('a currency without minor units has no decimals', () => {
    expect(formatMoney({ amount: '1200', currency: 'JPY' }, 'en')).toBe('JP¥1,200');
  });

  test.each([
    ['12800.50', '约 1.28 万元'],
    ['500000', '50 万元'],
    ['9999.99', ''],
    ['10000', '1 万元'],
    ['320000000', '3.2 亿元'],
  ])('Chinese readers see %s as "%s"', (amount, hint) => expect(largeSumHint(cny(amount), 'zh')).toBe(hint));

  test.each([
    ['12.5', '12.50'],
    ['１２．５０', '12.50'],
    ['1,200', '1200.00'],
    ['１，２００．５', '1200.50'],
    ['1 234 567.8', '1234567.80'],
    [' ¥12 ', '12.00'],
    ['.5', '0.50'],
    ['5.', '5.00'],
    ['007', '7.00'],
  ])('"%s" typed is understood as %s', (typed, amount) => expect(readAmount(typed, 'CNY')).toEqual({ money: cny(amount) }));

  test.each([
    ['', 'empty'],
    ['0', 'not_positive'],
    ['0.00', 'not_positive'],
    ['-1', 'malformed'],
    ['0.001', 'too_precise'],
    ['1e3', 'malformed'],
    ['.', 'malformed'],
    ['1.2.3', 'malformed'],
    ['1.2,5', 'malformed'],
    ['1,50', 'malformed'],
    ['1,2345', 'malformed'],
    ['1,200,', 'malformed'],
    ['12 50', 'malformed'],
    ['+5', 'malformed'],
    ['0x10', 'malformed'],
    ['<script>', 'malformed'],
    ['一百', 'malformed'],
    ['9999999999999.99', 'too_large'],
    ['99999999999999999999', 'too_large'],
  ])('"%s" typed is refused as %s', (typed, refusal) => expect(readAmount(typed, 'CNY')).toEqual({ refusal }));

  test('sums are compared and subtracted exactly', () => {
    expect(subtract(cny('0.30'), cny('0.10'))).toEqual(cny('0.20'));
    expect(compare(cny('0.1'), cny('0.10'))).toBe(0);
    expect(compare(cny('2'), cny('10'))).toBe(-1);
  });

  test('a bar never leaves its frame', () => {
    expect(share(cny('2500'), cny('10000'))).toBe(0.25);
    expect(share(cny('12000'), cny('10000'))).toBe(1);
    expect(share(cny('0'), cny('0'))).toBe(1);
  });
});
