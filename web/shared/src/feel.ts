// SPDX-License-Identifier: Apache-2.0
/**
 * `visible_when` of a form field, as far as a page needs it: literals, names and paths, = != < <= > >=, and, or, not(), in (…).
 * The server decides; where an expression says more than this, the field is shown.
 */
type Value = string | number | boolean | null | undefined | Value[];
type Token = { kind: 'name' | 'text' | 'number' | 'sign' | 'end'; text: string };

const pattern = /\s*(?:("(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?)|([\p{L}_][\p{L}\p{N}_.-]*)|(!=|<=|>=|[=<>(),[\]]))/uy;

class Unknown extends Error {}

function tokens(source: string): Token[] {
  const found: Token[] = [];
  pattern.lastIndex = 0;
  let end = 0;
  while (source.slice(end).trim() !== '') {
    pattern.lastIndex = end;
    const match = pattern.exec(source);
    if (!match) throw new Unknown();
    end = pattern.lastIndex;
    const [, text, number, name, sign] = match;
    if (text !== undefined) found.push({ kind: 'text', text: JSON.parse(text) as string });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (name !== undefined) found.push({ kind: 'name', text: name });
    else found.push({ kind: 'sign', text: sign ?? '' });
  }
  return [...found, { kind: 'end', text: '' }];
}

class Reader {
  private at = 0;
  constructor(
    private readonly list: Token[],
    private readonly data: Record<string, unknown>,
  ) {}

  read(): Value {
    const value = this.disjunction();
    if (this.peek().kind !== 'end') throw new Unknown();
    return value;
  }

  private peek(): Token {
    return this.list[this.at] ?? { kind: 'end', text: '' };
  }

  private take(text: string): boolean {
    const token = this.peek();
    if (token.kind === 'text' || token.kind === 'number' || token.text !== text) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw new Unknown();
  }

  private disjunction(): Value {
    let value = this.conjunction();
    while (this.take('or')) {
      const other = this.conjunction();
      value = value === true || other === true ? true : value === false && other === false ? false : null;
    }
    return value;
  }

  private conjunction(): Value {
    let value = this.comparison();
    while (this.take('and')) {
      const other = this.comparison();
      value = value === false || other === false ? false : value === true && other === true ? true : null;
    }
    return value;
  }

  private comparison(): Value {
    const left = this.primary();
    for (const sign of ['=', '!=', '<=', '>=', '<', '>']) if (this.take(sign)) return compare(sign, left, this.primary());
    if (this.take('in')) {
      const right = this.primary();
      return (Array.isArray(right) ? right : [right]).some((one) => one === left);
    }
    return left;
  }

  private primary(): Value {
    if (this.take('not')) {
      this.expect('(');
      const value = this.disjunction();
      this.expect(')');
      return typeof value === 'boolean' ? !value : null;
    }
    if (this.take('[')) return this.list_until(']');
    if (this.take('(')) {
      const list = this.list_until(')');
      return list.length === 1 ? list[0] : list;
    }
    const token = this.peek();
    this.at++;
    if (token.kind === 'text') return token.text;
    if (token.kind === 'number') return Number(token.text);
    if (token.kind !== 'name') throw new Unknown();
    if (token.text === 'true') return true;
    if (token.text === 'false') return false;
    if (token.text === 'null') return null;
    if (this.peek().text === '(' && this.peek().kind === 'sign') throw new Unknown();
    return this.lookup(token.text);
  }

  private list_until(close: string): Value[] {
    const values: Value[] = [];
    if (this.take(close)) return values;
    do values.push(this.disjunction());
    while (this.take(','));
    this.expect(close);
    return values;
  }

  private lookup(path: string): Value {
    let value: unknown = this.data;
    for (const part of path.split('.')) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return null;
      value = (value as Record<string, unknown>)[part];
    }
    return value as Value;
  }
}

function compare(sign: string, left: Value, right: Value): Value {
  if (sign === '=') return (left ?? null) === (right ?? null);
  if (sign === '!=') return (left ?? null) !== (right ?? null);
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string')) return null;
  const [a, b] = [left as number, right as number];
  return sign === '<' ? a < b : sign === '<=' ? a <= b : sign === '>' ? a > b : a >= b;
}

/** Whether a condition holds for the data; undefined where the expression is not understood. */
export function holds(expression: string, data: Record<string, unknown>): boolean | undefined {
  try {
    return new Reader(tokens(expression), data).read() === true;
  } catch {
    return undefined;
  }
}

/** Whether a field is shown for the data as it stands. True where the expression is absent or not understood. */
export function visible(expression: string | undefined, data: Record<string, unknown>): boolean {
  return expression ? (holds(expression, data) ?? true) : true;
}
