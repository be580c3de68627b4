import { type Check, get, type Key, list, transact } from '../aws/table.ts';
import type { Failed, Refused } from '../outcome.ts';
import type { Restored } from '../preview/model.ts';
import { partition } from './keys.ts';
import { nobodyHolds, stillHeld } from './lock.ts';
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
  /** The database that it was taken of. */
  takenOf?: string;
  /** When (ISO) it was asked for, and by which deployment. */
  askedAt: string;
  deployment: string;
  /** The database whose place it takes. */
  before: string;
  /** Deletion protection was taken off that one, so that it can go. */
  isBared?: boolean;
  /** The stack's policy as it was, as long as it may be open so that the one before can go. */
  policy?: string;
  /** Why it was not made, and since when (ISO) that is known: the pilot has the one before. */
  failed?: Failed | Refused;
  failedAt?: string;
  /** Since when (ISO) the ledger of migrations says what is in the snapshot. */
  settledAt?: string;
}

/** Whether it may yet be that the database is made: its deployment goes on, or was cut off. */
export const isOpen = ({ failed, settledAt }: Pick<Restore, 'failed' | 'settledAt'>): boolean => !failed && !settledAt;

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

/** What changes as it goes on; `policy`: it is closed again. */
type Noted = Pick<Partial<Restore>, 'isBared' | 'failed' | 'failedAt' | 'settledAt'> & { policy?: 'closed' };

/**
 * Notes how far it is.
 * @throws when the lock is lost.
 */
export async function noteRestore(held: Held, database: string, noted: Noted): Promise<void> {
  if (!(await note(held, database, noted, stillHeld(held, held.fence))))
    throw new Error(`${held.id} no longer holds the lock`);
}

/**
 * Notes what became of one whose deployment is over.
 * @returns false where somebody has the lock by now: it is theirs to see to.
 */
export const noteLeft = (whose: Whose, database: string, noted: Noted): Promise<boolean> =>
  note(whose, database, noted, nobodyHolds(whose));

function note(whose: Whose, database: string, { policy, ...noted }: Noted, check: Check): Promise<boolean> {
  const values = Object.entries(noted);
  const set = values.length > 0 ? [`SET ${values.map(([name]) => `#${name} = :${name}`).join(', ')}`] : [];
  return transact([
    {
      key: keyOf(whose, database),
      update: [...set, ...(policy ? ['REMOVE #policy'] : [])].join(' '),
      condition: 'attribute_exists(pk)',
      names: {
        ...Object.fromEntries(values.map(([name]) => [`#${name}`, name])),
        ...(policy && { '#policy': 'policy' }),
      },
      ...(values.length > 0 && { values: Object.fromEntries(values.map(([name, value]) => [`:${name}`, value])) }),
    },
    check,
  ]);
}
