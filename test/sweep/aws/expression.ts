/**
 * DynamoDB's expression language, as far as Pilotage's ledger speaks it. What is
 * not known here is refused, so that no test rests on a guess.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
 */
export type Value = Record<string, unknown>;
export type Item = Record<string, Value>;

interface Given {
  names: Record<string, string>;
  values: Record<string, Value>;
}

type Path = string[];
type Operand =
  | { kind: 'value'; name: string }
  | { kind: 'path'; path: Path }
  | { kind: 'if_not_exists'; path: Path; otherwise: Operand }
  | { kind: 'sum' | 'list'; left: Operand; right: Operand };
type Condition =
  | { kind: 'exists'; path: Path; wanted: boolean }
  | { kind: 'compare'; operator: string; left: Operand; right: Operand }
  | { kind: 'all' | 'any'; parts: Condition[] };
interface Update {
  set: { path: Path; to: Operand }[];
  remove: Path[];
}

const TOKEN = /\s*(<=|>=|<>|[=<>(),+.]|[#:]?[A-Za-z_][A-Za-z0-9_]*)/y;

class Tokens {
  #all: string[] = [];
  #at = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const from = TOKEN.lastIndex;
      const found = TOKEN.exec(text);
      if (!found?.[1]) {
        if (text.slice(from).trim() === '') break;
        throw new Error(`DynamoDB would not read this: ${text.slice(from)}`);
      }
      this.#all.push(found[1]);
    }
  }

  get next(): string | undefined {
    return this.#all[this.#at];
  }

  take(wanted?: string): string {
    const token = this.#all[this.#at++];
    if (token === undefined || (wanted && token !== wanted))
      throw new Error(`expected ${wanted ?? 'more'} and found ${token ?? 'the end'} in ${this.#all.join(' ')}`);
    return token;
  }

  takes(wanted: string): boolean {
    if (this.next !== wanted) return false;
    this.#at += 1;
    return true;
  }
}

function pathOf(tokens: Tokens): Path {
  const path = [tokens.take()];
  while (tokens.takes('.')) path.push(tokens.take());
  return path;
}

function operandOf(tokens: Tokens): Operand {
  const left = termOf(tokens);
  return tokens.takes('+') ? { kind: 'sum', left, right: termOf(tokens) } : left;
}

function termOf(tokens: Tokens): Operand {
  if (tokens.next?.startsWith(':')) return { kind: 'value', name: tokens.take() };
  if (tokens.takes('list_append')) return listOf(tokens);
  if (tokens.next !== 'if_not_exists') return { kind: 'path', path: pathOf(tokens) };
  tokens.take();
  tokens.take('(');
  const path = pathOf(tokens);
  tokens.take(',');
  const otherwise = operandOf(tokens);
  tokens.take(')');
  return { kind: 'if_not_exists', path, otherwise };
}

function listOf(tokens: Tokens): Operand {
  tokens.take('(');
  const left = operandOf(tokens);
  tokens.take(',');
  const right = operandOf(tokens);
  tokens.take(')');
  return { kind: 'list', left, right };
}

function anyOf(tokens: Tokens): Condition {
  const parts = [allOf(tokens)];
  while (tokens.takes('OR')) parts.push(allOf(tokens));
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'any', parts };
}

function allOf(tokens: Tokens): Condition {
  const parts = [oneOf(tokens)];
  while (tokens.takes('AND')) parts.push(oneOf(tokens));
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'all', parts };
}

function oneOf(tokens: Tokens): Condition {
  if (tokens.takes('(')) {
    const inner = anyOf(tokens);
    tokens.take(')');
    return inner;
  }
  if (tokens.next === 'attribute_exists' || tokens.next === 'attribute_not_exists') {
    const wanted = tokens.take() === 'attribute_exists';
    tokens.take('(');
    const path = pathOf(tokens);
    tokens.take(')');
    return { kind: 'exists', path, wanted };
  }
  const left = operandOf(tokens);
  const operator = tokens.take();
  if (!['=', '<', '<=', '>', '>=', '<>'].includes(operator)) throw new Error(`${operator} compares nothing`);
  return { kind: 'compare', operator, left, right: operandOf(tokens) };
}

function updateOf(tokens: Tokens): Update {
  const update: Update = { set: [], remove: [] };
  while (tokens.next !== undefined) {
    const clause = tokens.take();
    do {
      if (clause === 'REMOVE') update.remove.push(pathOf(tokens));
      else if (clause === 'SET') {
        const path = pathOf(tokens);
        tokens.take('=');
        update.set.push({ path, to: operandOf(tokens) });
      } else throw new Error(`an update with ${clause} is not known here`);
    } while (tokens.takes(','));
  }
  return update;
}

function remembered<T>(read: (tokens: Tokens) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found) return found;
    const tokens = new Tokens(text);
    const parsed = read(tokens);
    if (tokens.next !== undefined) throw new Error(`DynamoDB would not read the rest of: ${text}`);
    known.set(text, parsed);
    return parsed;
  };
}

const readCondition = remembered(anyOf);
const readUpdate = remembered(updateOf);

function nameOf(part: string, { names }: Given): string {
  if (!part.startsWith('#')) return part;
  const name = names[part];
  if (name === undefined) throw new Error(`the name ${part} is not given`);
  return name;
}

function look(item: Item | undefined, path: Path, given: Given): Value | undefined {
  let at: Item | undefined = item;
  let value: Value | undefined;
  for (const part of path) {
    value = at?.[nameOf(part, given)];
    at = value?.M as Item | undefined;
  }
  return value;
}

function valueFor(operand: Operand, item: Item | undefined, given: Given): Value | undefined {
  switch (operand.kind) {
    case 'value': {
      const value = given.values[operand.name];
      if (value === undefined) throw new Error(`the value ${operand.name} is not given`);
      return value;
    }
    case 'path':
      return look(item, operand.path, given);
    case 'if_not_exists':
      return look(item, operand.path, given) ?? valueFor(operand.otherwise, item, given);
    case 'list': {
      const [left, right] = [valueFor(operand.left, item, given)?.L, valueFor(operand.right, item, given)?.L];
      if (!Array.isArray(left) || !Array.isArray(right)) throw invalid('only lists can be put together');
      return { L: [...left, ...right] };
    }
    case 'sum': {
      const [left, right] = [valueFor(operand.left, item, given)?.N, valueFor(operand.right, item, given)?.N];
      if (left === undefined || right === undefined) throw new Error('only numbers can be added');
      return { N: String(Number(left) + Number(right)) };
    }
  }
}

/** Whether a condition holds for an item, which may be absent. */
export function holds(text: string, item: Item | undefined, given: Given): boolean {
  return test(readCondition(text), item, given);
}

function test(condition: Condition, item: Item | undefined, given: Given): boolean {
  switch (condition.kind) {
    case 'exists':
      return (look(item, condition.path, given) !== undefined) === condition.wanted;
    case 'all':
      return condition.parts.every((part) => test(part, item, given));
    case 'any':
      return condition.parts.some((part) => test(part, item, given));
    case 'compare':
      return compare(condition.operator, valueFor(condition.left, item, given), valueFor(condition.right, item, given));
  }
}

/** An absent attribute compares with nothing; neither do two of different types. */
function compare(operator: string, left: Value | undefined, right: Value | undefined): boolean {
  if (!left || !right) return operator === '<>' && left !== right;
  const [type = ''] = Object.keys(left);
  if (!(type in right)) return operator === '<>';
  if (operator === '=') return JSON.stringify(left) === JSON.stringify(right);
  if (operator === '<>') return JSON.stringify(left) !== JSON.stringify(right);
  if (type !== 'S' && type !== 'N') throw new Error(`${type} has no order`);
  const order =
    type === 'N'
      ? Number(left.N) - Number(right.N)
      : Buffer.compare(Buffer.from(String(left.S)), Buffer.from(String(right.S)));
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

/** The item after an update; the one before stays as it is. @throws ValidationException as an error with that name. */
export function updated(text: string, item: Item, given: Given): Item {
  const { set, remove } = readUpdate(text);
  let now = item;
  // All values are those before the update.
  for (const { path, to } of set) {
    const value = valueFor(to, item, given);
    if (value === undefined) throw invalid('an operand of SET has no value');
    now = written(now, path, value, given);
  }
  for (const path of remove) now = written(now, path, undefined, given);
  return now;
}

function written(item: Item, [first = '', ...rest]: Path, value: Value | undefined, given: Given): Item {
  const name = nameOf(first, given);
  if (rest.length > 0) {
    const inner = item[name]?.M as Item | undefined;
    if (!inner) throw invalid('the document path of an update leads nowhere');
    return { ...item, [name]: { M: written(inner, rest, value, given) } };
  }
  if (value !== undefined) return { ...item, [name]: value };
  const { [name]: _, ...others } = item;
  return others;
}

function invalid(message: string): Error {
  return Object.assign(new Error(message), { name: 'ValidationException' });
}
