import { get, type Key, list, transact } from '../aws/table.ts';
import type { Restored } from '../preview/model.ts';
import { partition } from './keys.ts';
import { stillHeld } from './lock.ts';
import type { Held } from './migration-changes.ts';

/**
 * A snapshot that was to take the place of what a pilot's database holds: one row for each database that was, or was to be,
 * made from one. Which of them the pilot has, its stack tells; what that was made from, and is still to be done for it, stands here.
 */
export interface Restore extends Restored {
  /** The database that the snapshot is restored into. */
  database: string;
  /** When (ISO) the snapshot was taken. */
  takenAt: string;
  /** When (ISO) it was asked for, and by which deployment. */
  askedAt: string;
  deployment: string;
  /** The database whose place it takes. */
  before: string;
  /** Deletion protection was taken off that one, so that it can go. */
  isBared?: boolean;
  /** Why it was not made: the pilot has the one before. */
  failed?: { code: string; reason: string };
  /** Since when (ISO) the ledger of migrations says what is in the snapshot. */
  settledAt?: string;
}

interface Whose {
  pilot: string;
  environment: string;
}

const PREFIX = 'RESTORE#';

const keyOf = ({ pilot, environment }: Whose, database: string): Key => ({
  pk: partition(pilot, environment),
  sk: `${PREFIX}${database}`,
});

export const findRestore = (whose: Whose, database: string): Promise<Restore | undefined> =>
  get<Restore & Key>(keyOf(whose, database));

/** Of a pilot, the one that was asked for last first. */
export async function listRestores({ pilot, environment }: Whose): Promise<Restore[]> {
  const rows = await list<Restore & Key>(partition(pilot, environment), PREFIX);
  return rows.sort((a, b) => b.askedAt.localeCompare(a.askedAt));
}

/**
 * Writes down what is about to be restored, before anything is changed; what the first call wrote counts.
 * @throws when the lock is lost.
 */
export async function wantRestore(held: Held, wanted: Restore): Promise<Restore> {
  const key = keyOf(held, wanted.database);
  const values = Object.entries(wanted).filter(([, value]) => value !== undefined);
  await transact([
    {
      key,
      update: `SET ${values.map(([name]) => `#${name} = :${name}`).join(', ')}`,
      condition: 'attribute_not_exists(pk)',
      names: Object.fromEntries(values.map(([name]) => [`#${name}`, name])),
      values: Object.fromEntries(values.map(([name, value]) => [`:${name}`, value])),
    },
    stillHeld(held, held.fence),
  ]);
  const found = await get<Restore & Key>(key);
  if (!found) throw new Error(`${held.id} no longer holds the lock`);
  return found;
}

/**
 * Notes how far it is.
 * @throws when the lock is lost.
 */
export async function noteRestore(
  held: Held,
  database: string,
  noted: Pick<Partial<Restore>, 'isBared' | 'failed' | 'settledAt'>,
): Promise<void> {
  const values = Object.entries(noted);
  const written = await transact([
    {
      key: keyOf(held, database),
      update: `SET ${values.map(([name]) => `#${name} = :${name}`).join(', ')}`,
      condition: 'attribute_exists(pk)',
      names: Object.fromEntries(values.map(([name]) => [`#${name}`, name])),
      values: Object.fromEntries(values.map(([name, value]) => [`:${name}`, value])),
    },
    stillHeld(held, held.fence),
  ]);
  if (!written) throw new Error(`${held.id} no longer holds the lock`);
}
