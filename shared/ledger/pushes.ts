import { get, type Key, list } from '../aws/table.ts';
import type { Ref } from '../git/told.ts';
import { BRANCH_HEADS, type Head, headKey, PENDING, PUSHES, type Push, pushesOf, pushKey } from './push.ts';

export type { PushOutcome } from '../events.ts';
export type { Head, Push, PushedPilot } from './push.ts';
export { notePush } from './push-noting.ts';
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

/** What branches of a connection pointed to when a push of each was recorded last: of very many the first thousand, by name. */
export const branchHeads = (connection: string): Promise<Head[]> =>
  list<Head & Key>(pushesOf(connection), BRANCH_HEADS);

/** The same of one branch or tag; undefined where no push of it was ever recorded. */
export const headOf = (connection: string, ref: Ref): Promise<Head | undefined> =>
  get<Head & Key>(headKey(connection, ref));
