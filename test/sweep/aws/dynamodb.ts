import { jsonError, jsonReply, type Operation, type Reply, type Request, type Service, textOf } from './call.ts';
import { holds, type Item, updated, type Value } from './expression.ts';

/** Items by `pk` and `sk`. Items are never changed in place, so a copy of the maps is a snapshot. */
export type Rows = Map<string, Map<string, Item>>;

export interface Table extends Service {
  rows: Rows;
  /** Called after each change of an item. */
  watch: (pk: string, sk: string, now: Item | undefined) => void;
}

interface Body {
  Key?: Item;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, Value>;
  KeyConditionExpression?: string;
  ScanIndexForward?: boolean;
  Limit?: number;
  ExclusiveStartKey?: Item;
  ConsistentRead?: boolean;
  TransactItems?: Record<string, Body>[];
  ClientRequestToken?: string;
}

/** DynamoDB with one table, strongly consistent, as far as Pilotage uses it. */
export function tableOf(rows: Rows = new Map()): Table {
  const given = (body: Body) => ({
    names: body.ExpressionAttributeNames ?? {},
    values: body.ExpressionAttributeValues ?? {},
  });
  const keyOf = ({ Key }: Body) => [String(Key?.pk?.S), String(Key?.sk?.S)] as const;
  const find = (pk: string, sk: string) => rows.get(pk)?.get(sk);
  const store = (pk: string, sk: string, item: Item | undefined) => {
    const part = new Map(rows.get(pk));
    if (item) part.set(sk, item);
    else part.delete(sk);
    rows.set(pk, part);
    table.watch(pk, sk, item);
  };
  const meets = (body: Body, item: Item | undefined) =>
    !body.ConditionExpression || holds(body.ConditionExpression, item, given(body));
  const after = (body: Body, item: Item | undefined) =>
    updated(body.UpdateExpression ?? '', item ?? { ...body.Key }, given(body));
  /** Transactions that were done, by their token: the same one again does nothing. */
  const done = new Set<string>();

  function getItem(body: Body): Reply {
    if (!body.ConsistentRead) throw new Error('a read that is not strongly consistent is not known here');
    const item = find(...keyOf(body));
    return jsonReply(200, item ? { Item: item } : {});
  }

  function query(body: Body): Reply {
    if (!body.ConsistentRead) throw new Error('a read that is not strongly consistent is not known here');
    const condition = body.KeyConditionExpression ?? '';
    const { values } = given(body);
    if (!/^pk = :pk( AND begins_with\(sk, :prefix\))?$/.test(condition)) throw new Error(`not known: ${condition}`);
    const prefix = condition.includes('begins_with') ? String(values[':prefix']?.S) : '';
    const all = [...(rows.get(String(values[':pk']?.S)) ?? new Map<string, Item>())]
      .filter(([sk]) => sk.startsWith(prefix))
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    if (body.ScanIndexForward === false) all.reverse();
    const from = body.ExclusiveStartKey ? all.findIndex(([sk]) => sk === body.ExclusiveStartKey?.sk?.S) + 1 : 0;
    const page = all.slice(from, from + (body.Limit ?? all.length)).map(([, item]) => item);
    const last = from + page.length < all.length ? page.at(-1) : undefined;
    return jsonReply(200, {
      Items: page,
      Count: page.length,
      ...(last && { LastEvaluatedKey: { pk: last.pk, sk: last.sk } }),
    });
  }

  function updateItem(body: Body): Reply {
    const [pk, sk] = keyOf(body);
    const item = find(pk, sk);
    if (!meets(body, item)) return jsonError(400, CONDITION, item ? { Item: item } : {});
    const now = after(body, item);
    store(pk, sk, now);
    return jsonReply(200, { Attributes: now });
  }

  function transact({ TransactItems = [], ClientRequestToken: token = '' }: Body): Reply {
    if (token && done.has(token)) return jsonReply(200, {});
    const parts = TransactItems.map((part) => {
      const [kind = '', body = {}] = Object.entries(part)[0] ?? [];
      if (!['Update', 'Delete', 'ConditionCheck'].includes(kind)) throw new Error(`${kind} is not known here`);
      const [pk, sk] = keyOf(body);
      return { kind, body, pk, sk, item: find(pk, sk) };
    });
    if (new Set(parts.map(({ pk, sk }) => `${pk} ${sk}`)).size < parts.length)
      return jsonError(400, 'ValidationException');
    const reasons = parts.map(({ body, item }) => ({ Code: meets(body, item) ? 'None' : 'ConditionalCheckFailed' }));
    if (reasons.some(({ Code }) => Code !== 'None'))
      return jsonError(400, 'TransactionCanceledException', { CancellationReasons: reasons });
    const writes = parts.map(({ kind, body, item }) => (kind === 'Update' ? after(body, item) : undefined));
    parts.forEach(({ kind, pk, sk }, index) => {
      if (kind !== 'ConditionCheck') store(pk, sk, writes[index]);
    });
    if (token) done.add(token);
    return jsonReply(200, {});
  }

  const actions: Record<string, (body: Body) => Reply> = {
    GetItem: getItem,
    Query: query,
    UpdateItem: updateItem,
    TransactWriteItems: transact,
  };

  const table: Table = {
    name: 'dynamodb',
    rows,
    watch: () => undefined,
    isAt: (hostname) => hostname.startsWith('dynamodb.'),
    error: jsonError(500, 'InternalServerError'),
    throttled: jsonError(400, 'ThrottlingException'),
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
    conflict: (name) =>
      name === 'TransactWriteItems'
        ? jsonError(400, 'TransactionCanceledException', { CancellationReasons: [{ Code: 'TransactionConflict' }] })
        : jsonError(400, 'TransactionConflictException'),
    read({ headers, body }: Request): Operation {
      const name = headers['x-amz-target']?.split('.')[1] ?? '';
      const act = actions[name];
      if (!act) throw new Error(`DynamoDB's ${name} is not known here`);
      const input = JSON.parse(textOf(body)) as Body;
      const isWrite = name === 'UpdateItem' || name === 'TransactWriteItems';
      return {
        service: 'dynamodb',
        name,
        about: aboutOf(name, input),
        writes: isWrite,
        mayConflict: isWrite,
        apply: () => refusing(() => act(input)),
      };
    },
  };
  return table;
}

const CONDITION = 'ConditionalCheckFailedException';

function refusing(act: () => Reply): Reply {
  try {
    return act();
  } catch (error) {
    if ((error as Error).name === 'ValidationException') return jsonError(400, 'ValidationException');
    throw error;
  }
}

function aboutOf(name: string, body: Body): string {
  if (name === 'Query') return String(body.ExpressionAttributeValues?.[':pk']?.S);
  if (name === 'TransactWriteItems')
    return (body.TransactItems ?? [])
      .map((part) => Object.entries(part)[0])
      .map((part) => `${part?.[0]} ${shortKey(part?.[1])}`)
      .join(', ');
  return `${shortKey(body)}${body.UpdateExpression ? ` ${body.UpdateExpression}` : ''}`;
}

const shortKey = (body: Body | undefined) => `${body?.Key?.pk?.S}/${body?.Key?.sk?.S}`;
