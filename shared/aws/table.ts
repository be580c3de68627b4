import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { clientConfig, setting } from './config.ts';

/**
 * The one DynamoDB table. Reads are strongly consistent; a condition that does
 * not hold is an answer, not an error.
 */
const client = new DynamoDBClient(clientConfig);

export interface Key {
  pk: string;
  sk: string;
}

type Item = Record<string, unknown>;

/** A write with DynamoDB's own expression language; `values` are plain JavaScript. */
export interface Write {
  key: Key;
  /** For example `SET step = :step REMOVE parked`. Reserved words need `names`. */
  update: string;
  condition?: string;
  names?: Record<string, string>;
  values?: Item;
}

/** What an update did: the item after it, or the item as it stood when the condition did not hold. */
export type Written<T> = { applied: true; now: T } | { applied: false; now: T | undefined };

const toItem = (item: Item) => marshall(item, { removeUndefinedValues: true });

const expression = (write: Write) => ({
  Key: toItem({ ...write.key }),
  UpdateExpression: write.update,
  ...conditionOf(write),
});

function conditionOf<C extends string | undefined>(write: { condition?: C } & Pick<Write, 'names' | 'values'>) {
  return {
    TableName: setting('TABLE'),
    ConditionExpression: write.condition,
    ...(write.names && { ExpressionAttributeNames: write.names }),
    ...(write.values && { ExpressionAttributeValues: toItem(write.values) }),
  };
}

export async function get<T extends Key>(key: Key): Promise<T | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: setting('TABLE'), Key: toItem({ ...key }), ConsistentRead: true }),
  );
  return Item && (unmarshall(Item) as T);
}

/** All items of a partition whose sort key begins with `prefix`, newest sort key first. */
export async function list<T extends Key>(pk: string, prefix = '', most = 1_000): Promise<T[]> {
  const items: T[] = [];
  let from: Record<string, never> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: setting('TABLE'),
        KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
        ExpressionAttributeValues: toItem(prefix ? { ':pk': pk, ':prefix': prefix } : { ':pk': pk }),
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: most - items.length,
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    items.push(...(page.Items ?? []).map((item) => unmarshall(item) as T));
    from = page.LastEvaluatedKey as typeof from;
  } while (from && items.length < most);
  return items;
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
export async function update<T extends Key>(write: Write): Promise<Written<T>> {
  try {
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        ...expression(write),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { applied: true, now: unmarshall(Attributes ?? {}) as T };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { applied: false, now: error.Item && (unmarshall(error.Item) as T) };
  }
}

/** A condition on an item that is not written. */
export interface Check {
  check: Key;
  condition: string;
  names?: Record<string, string>;
  values?: Item;
}

/** A row that is to go, under the same conditions as a write. */
export interface Removal extends Pick<Write, 'condition' | 'names' | 'values'> {
  remove: Key;
}

/**
 * All writes or none.
 * @returns false when a condition did not hold; other failures throw.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export async function transact(writes: (Write | Removal | Check)[]): Promise<boolean> {
  const items = writes.map((write): TransactWriteItem => {
    if ('update' in write) return { Update: expression(write) };
    if ('remove' in write) return { Delete: { Key: toItem({ ...write.remove }), ...conditionOf(write) } };
    return { ConditionCheck: { Key: toItem({ ...write.check }), ...conditionOf(write) } };
  });
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
    return true;
  } catch (error) {
    const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
    if (reasons.some((reason) => reason.Code === 'ConditionalCheckFailed')) return false;
    throw error;
  }
}
