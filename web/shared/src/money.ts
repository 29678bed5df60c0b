// SPDX-License-Identifier: Apache-2.0
import { halfWidth } from './digits';

/** Money as the API has it: a decimal string and a currency. Counted in minor units as bigint; never a floating number. */
export interface Money {
  amount: string;
  currency: string;
}

export type AmountRefusal = 'empty' | 'malformed' | 'too_precise' | 'not_positive' | 'too_large';
export type Language = 'zh' | 'en';

const minus = '\u2212';
/** Nine trillion: the largest sum that the ledger's 64 bits of fen hold with room to spare. */
const largest = 9_000_000_000_000_00n;

export function fractionDigits(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** Minor units of an API amount. Throws on what the API never sends. */
export function toMinor(money: Money): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(money.amount);
  if (!match) throw new Error('malformed amount');
  const digits = fractionDigits(money.currency);
  const fraction = (match[3] ?? '').padEnd(digits, '0');
  if (fraction.length > digits && /[1-9]/.test(fraction.slice(digits))) throw new Error('amount too precise');
  const minor = BigInt((match[2] ?? '0') + fraction.slice(0, digits));
  return match[1] ? -minor : minor;
}

export function fromMinor(minor: bigint, currency: string): Money {
  const digits = fractionDigits(currency);
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const amount = digits > 0 ? `${whole}.${text.slice(text.length - digits)}` : whole;
  return { amount: minor < 0n ? `-${amount}` : amount, currency };
}

/**
 * What a person typed as an amount: full-width digits and separators between thousands are understood, exponents and signs are not. A
 * comma anywhere else is refused: "1,50" is one and a half to some and a hundred and fifty to others.
 */
export function readAmount(typed: string, currency: string): { money: Money } | { refusal: AmountRefusal } {
  const written = halfWidth(typed)
    .replaceAll('\u3002', '.')
    .replace(/[\u00a5\uffe5]/g, '')
    .trim();
  if (written === '') return { refusal: 'empty' };
  const text = /^\d{1,3}([, ]\d{3})+(\.\d*)?$/.test(written) ? written.replace(/[, ]/g, '') : written;
  const match = /^(\d{0,16})(?:\.(\d*))?$/.exec(text);
  if (!match || text === '.') return { refusal: /^\d{17,}/.test(text) ? 'too_large' : 'malformed' };
  const digits = fractionDigits(currency);
  const fraction = match[2] ?? '';
  if (fraction.length > digits) return { refusal: 'too_precise' };
  const minor = BigInt((match[1] || '0') + fraction.padEnd(digits, '0'));
  if (minor <= 0n) return { refusal: 'not_positive' };
  if (minor > largest) return { refusal: 'too_large' };
  return { money: fromMinor(minor, currency) };
}

function grouped(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

export interface FormatOptions {
  /** `always` writes + and −, for entries. */
  sign?: 'auto' | 'always';
  /** `none` leaves the unit out, where a label beside it names it. */
  unit?: 'symbol' | 'word' | 'none';
}

const symbols: Record<string, string> = { CNY: '¥', USD: 'US$', EUR: '€', GBP: '£', JPY: 'JP¥', HKD: 'HK$' };
const words: Record<string, Record<Language, string>> = {
  CNY: { zh: '元', en: 'yuan' },
  USD: { zh: '美元', en: 'US dollars' },
  EUR: { zh: '欧元', en: 'euros' },
};

/** `¥12,800.50`, `12,800.50 元`, `+¥5.00`. */
export function formatMoney(money: Money, language: Language, options: FormatOptions = {}): string {
  const minor = toMinor(money);
  const plain = fromMinor(minor < 0n ? -minor : minor, money.currency).amount;
  const [whole = '0', fraction] = plain.split('.');
  const figure = fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
  const sign = minor < 0n ? minus : options.sign === 'always' && minor > 0n ? '+' : '';
  const unit = options.unit ?? 'symbol';
  if (unit === 'none') return sign + figure;
  if (unit === 'word') return `${sign}${figure} ${words[money.currency]?.[language] ?? money.currency}`;
  const symbol = symbols[money.currency];
  return symbol ? sign + symbol + figure : `${sign}${figure} ${money.currency}`;
}

/** From ten thousand on, what Chinese readers count in: `约 1.28 万元`, `50 万元`, `3.2 亿元`. Empty below it and in English. */
export function largeSumHint(money: Money, language: Language): string {
  if (language !== 'zh') return '';
  const digits = BigInt(10) ** BigInt(fractionDigits(money.currency));
  const minor = toMinor(money);
  const size = minor < 0n ? -minor : minor;
  if (size < 10_000n * digits) return '';
  const [unit, name] = size >= 100_000_000n * digits ? [100_000_000n, '亿'] : [10_000n, '万'];
  const hundredths = (size * 100n) / (unit * digits);
  const exact = hundredths * unit * digits === size * 100n;
  const whole = hundredths / 100n;
  const rest = (hundredths % 100n).toString().padStart(2, '0').replace(/0+$/, '');
  const word = words[money.currency]?.zh ?? money.currency;
  return `${exact ? '' : '约 '}${grouped(whole.toString())}${rest ? `.${rest}` : ''} ${name}${word}`;
}

/** Share of a limit that is used, 0 to 1, for a bar. */
export function share(used: Money, limit: Money): number {
  const whole = toMinor(limit);
  if (whole <= 0n) return 1;
  const permille = (toMinor(used) * 1000n) / whole;
  return Math.min(1, Math.max(0, Number(permille) / 1000));
}

export function subtract(a: Money, b: Money): Money {
  return fromMinor(toMinor(a) - toMinor(b), a.currency);
}

export function compare(a: Money, b: Money): number {
  const difference = toMinor(a) - toMinor(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
