/** DynamoDB's expression language, as much of it as notices use: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html */

export type Attribute = { S?: string; N?: string; BOOL?: boolean; M?: Item };
export type Item = Record<string, Attribute>;

interface Bound {
  item: Item;
  names: Record<string, string>;
  values: Item;
}

/** Whether a condition of comparisons and functions, joined by AND, OR and parentheses, holds. */
export function holds(condition: string, bound: Bound): boolean {
  const tokens = condition.match(/attribute_(?:not_)?exists\s*\([^)]*\)|[()]|[#:]?\w+|[<>]=?|=/g) ?? [];
  let at = 0;
  const or = (): boolean => {
    let value = and();
    while (tokens[at] === 'OR') {
      at += 1;
      value = and() || value;
    }
    return value;
  };
  const and = (): boolean => {
    let value = term();
    while (tokens[at] === 'AND') {
      at += 1;
      value = term() && value;
    }
    return value;
  };
  const term = (): boolean => {
    const token = tokens[at] ?? '';
    at += 1;
    if (token === '(') {
      const value = or();
      at += 1;
      return value;
    }
    const existence = /^attribute_(not_)?exists\s*\((.*)\)$/.exec(token);
    if (existence) return (operand(existence[2]?.trim() ?? '', bound) === undefined) === Boolean(existence[1]);
    const [sign = '', right = ''] = tokens.slice(at, at + 2);
    at += 2;
    return compare(operand(token, bound), sign, operand(right, bound));
  };
  const result = or();
  if (at !== tokens.length) throw new Error(`the condition was not understood: ${condition}`);
  return result;
}

function compare(left: Attribute | undefined, sign: string, right: Attribute | undefined): boolean {
  if (!left || !right) return false;
  const [a, b] = [left.S ?? '', right.S ?? ''];
  if (sign === '=') return JSON.stringify(left) === JSON.stringify(right);
  if (sign === '<') return a < b;
  if (sign === '>=') return a >= b;
  throw new Error(`no such comparison here: ${sign}`);
}

const operand = (token: string, { item, names, values }: Bound): Attribute | undefined =>
  token.startsWith(':') ? given(values, token) : item[nameOf(token, names)];

function given(values: Item, token: string): Attribute {
  const value = values[token];
  if (!value) throw new Error(`${token} was not given`);
  return value;
}

function nameOf(token: string, names: Record<string, string>): string {
  if (!token.startsWith('#')) return token;
  const name = names[token];
  if (!name) throw new Error(`${token} was not given`);
  return name;
}

/** The item after `SET a = :a, b = :b REMOVE c, d`. */
export function updated(update: string, { item, names, values }: Bound): Item {
  const [, sets = '', removes = ''] = /^(?:SET (.+?))?\s*(?:REMOVE (.+))?$/.exec(update) ?? [];
  const next = { ...item };
  for (const [name = '', value = ''] of parts(sets).map((part) => part.split(/\s*=\s*/))) {
    next[nameOf(name, names)] = given(values, value);
  }
  for (const name of parts(removes)) delete next[nameOf(name, names)];
  return next;
}

const parts = (list: string): string[] =>
  list
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
