import { createHash } from 'node:crypto';
import { get, type Key, update } from '../aws/table.ts';
import type { TagsNow } from '../git/host.ts';
import type { Connection } from './connections.ts';
import { pushesOf } from './push.ts';

/** The tags of a repository that were there when it was looked at last, of those that begin alike. */
export interface SeenTags {
  /** Whether they were all that there were. */
  isWhole: boolean;
  size: number;
  has(name: string): boolean;
}

interface Row extends Key {
  /** When the repository was connected: what an earlier connection has seen counts no more. */
  since: string;
  /** Digests of names: of thousands of tags they fit in a row, however long they are. */
  names: string[];
  isWhole: boolean;
}

type Of = Pick<Connection, 'id' | 'createdAt'>;

/** @returns undefined before the first look. */
export async function seenTags({ id, createdAt }: Of, prefix: string): Promise<SeenTags | undefined> {
  const row = await get<Row>(keyOf(id, prefix));
  if (row?.since !== createdAt) return undefined;
  const names = new Set(row.names);
  return { isWhole: row.isWhole, size: names.size, has: (name) => names.has(digestOf(name)) };
}

export async function keepSeenTags({ id, createdAt }: Of, prefix: string, { names, isWhole }: TagsNow): Promise<void> {
  await update({
    key: keyOf(id, prefix),
    update: 'SET since = :since, #names = :names, isWhole = :whole',
    names: { '#names': 'names' },
    values: { ':since': createdAt, ':names': names.map(digestOf), ':whole': isWhole },
  });
}

const keyOf = (connection: string, prefix: string): Key => ({ pk: pushesOf(connection), sk: `TAGS#${prefix}` });
const digestOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 10);
