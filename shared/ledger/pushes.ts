import { randomUUID } from 'node:crypto';
import { get, type Key, list, transact } from '../aws/table.ts';
import type { PushOutcome } from '../events.ts';
import {
  HEADS,
  type Head,
  PENDING,
  PUSHES,
  type Push,
  type PushedPilot,
  pendingKey,
  pushesOf,
  pushKey,
} from './push.ts';

export type { PushOutcome } from '../events.ts';
export type { Head, Push, PushedPilot } from './push.ts';
export { type PushToRecord, type Recorded, recordPush } from './push-recording.ts';

/** @returns undefined also for what is no push's id. */
export async function findPush(id: string): Promise<Push | undefined> {
  const key = pushKey(id);
  return key && get<Push & Key>(key);
}

/** The newest first. */
export const listPushes = (connection: string, most: number): Promise<Push[]> =>
  list<Push & Key>(pushesOf(connection), PUSHES, most);

/** Pushes of all connections that nobody has read yet. */
export async function pendingPushes(): Promise<Push[]> {
  const rows = await list(PENDING);
  const found = await Promise.all(rows.map(({ sk }) => findPush(sk)));
  return found.filter((push): push is Push => push?.state === 'pending');
}

/** What each branch and tag of a connection pointed to when a push of it was recorded last. */
export const headsOf = (connection: string): Promise<Head[]> => list<Head & Key>(pushesOf(connection), HEADS);

/**
 * Notes what became of a push that was pending.
 * @returns false where somebody had noted it before: that counts.
 */
export async function notePush(id: string, outcome: PushOutcome, pilots?: PushedPilot[]): Promise<boolean> {
  const key = pushKey(id);
  if (!key) throw new Error(`${id} is no push's id`);
  const readBy = randomUUID();
  const isNoted = await transact([
    {
      key,
      update: `SET #state = :read, outcome = :outcome, readAt = :now, readBy = :by${pilots ? ', pilots = :pilots' : ''}`,
      condition: '#state = :pending',
      names: { '#state': 'state' },
      values: {
        ':read': 'read',
        ':pending': 'pending',
        ':outcome': outcome,
        ':now': new Date().toISOString(),
        ':by': readBy,
        ':pilots': pilots,
      },
    },
    { remove: pendingKey(id) },
  ]);
  // When the reply to the write was lost, its second try finds it done.
  return isNoted || (await get<Key & { readBy?: string }>(key))?.readBy === readBy;
}
