import { changeDatabase, readDatabase } from '../aws/database-restores.ts';
import { setPolicy } from '../aws/stack-updates.ts';
import type { Held } from '../ledger/migration-changes.ts';
import { noteRestored } from '../ledger/migration-standing.ts';
import { listMigrations, type Migration } from '../ledger/migrations.ts';
import { findRestore, isOpen, listRestores, noteRestore, type Restore } from '../ledger/restores.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { asOf, type Then } from '../migrating/as-of.ts';
import { notInSnapshot, unknownInSnapshot, unsettledInWords } from '../migrating/words.ts';
import { failed } from '../outcome.ts';
import type { Restored } from '../preview/model.ts';
import { GUARD } from './database-at-risk.ts';

/** What a stack tells of its database, as templates/parts/database.ts writes it. */
type Outputs = Record<string, string>;

interface Whose {
  pilot: string;
  environment: string;
}

/**
 * What the database of a stack was made from, for its template; undefined where it was made empty, or where there is none.
 * @throws when nobody knows: a template without it would make an empty database.
 */
export async function restoredIn(
  whose: Whose,
  { DatabaseId: database, DatabaseSnapshot: snapshot }: Outputs,
): Promise<Restored | undefined> {
  if (!database || !snapshot) return undefined;
  const found = await findRestore(whose, database);
  if (!found)
    throw new Error(`the ledger does not know what ${database} was made from, and its stack says ${snapshot}`);
  return found;
}

/**
 * Brings the ledger, the stack's policy, and the protection of the database that there is to what the stack says. Each
 * deployment does, since one that restored may have been cut off anywhere. Nothing may be under way in the stack.
 * @param policy of the stack; without it, the one that it had.
 * @returns what could not be done yet, in words.
 */
export async function keepInLine(held: Held, outputs: Outputs, policy?: string): Promise<string | undefined> {
  const { DatabaseId: database } = outputs;
  if (!database) return undefined;
  const restores = await listRestores(held);
  await closePolicy(held, restores, policy);
  for (const one of restores.filter((all) => all.database !== database && isOpen(all)))
    await noteRestore(held, one.database, { failed: CUT_OFF, failedAt: new Date().toISOString() });
  const bared = restores.filter(({ isBared, before }) => isBared && before === database);
  const now = restores.find((one) => one.database === database);
  if (now && !now.settledAt) await settleMigrations(held, now);
  if (bared.length === 0 && !(now && (await isBare(database, outputs)))) return undefined;
  if (!(await protect(database))) return unprotected(database);
  for (const one of bared) await noteRestore(held, one.database, { isBared: false });
  return undefined;
}

/** Of a restore whose deployment ended before there was a database. */
export const CUT_OFF = failed('RESTORE_CUT_OFF', 'its deployment ended before the database was made');

/** No stack is left open to what a restore alone was to do. */
export async function closePolicy(held: Held, restores: readonly Restore[], policy?: string): Promise<void> {
  const opened = restores.filter((one) => one.policy !== undefined);
  const [latest] = opened;
  if (!latest?.policy) return;
  await setPolicy(derivedName('stack', held), policy ?? latest.policy);
  for (const { database } of opened) await noteRestore(held, database, { policy: 'closed' });
}

/** It is only protected once it is there, which may have failed. */
const isBare = async (database: string, outputs: Outputs): Promise<boolean> =>
  outputs[GUARD] === 'protected' && (await readDatabase(database))?.protected === false;

/**
 * Protects a database against deletion.
 * @returns false while it cannot be changed.
 */
export const protect = async (database: string): Promise<boolean> =>
  (await changeDatabase(database, { DeletionProtection: true })) !== 'busy';

export const unprotected = (database: string): string =>
  `the database ${database} is not protected against deletion yet, since RDS changes nothing of it at this moment; Pilotage tries again every five minutes and with the next deployment`;

/** Migrations that are not in the snapshot run again with their releases; where nobody can tell, a person is asked. */
async function settleMigrations(held: Held, restore: Restore): Promise<void> {
  const { database, takenAt } = restore;
  for (const migration of await listMigrations(held)) {
    if (migration.restoredTo === database) continue;
    const then = asOf(migration, restore);
    if (then === 'stays') continue;
    await noteRestored(held, migration, then, database, WHY[then]?.(takenAt));
  }
  await noteRestore(held, database, { settledAt: new Date().toISOString() });
}

const WHY: Partial<Record<Then, (takenAt: string) => NonNullable<Migration['trouble']>>> = {
  reverted: notInSnapshot,
  unknown: unknownInSnapshot,
};

/** Of a database that was made from a snapshot: the migrations of which somebody has to say whether they are in it. */
export async function unsettledIn({ pilot, environment }: Whose, database: string): Promise<string | undefined> {
  const all = await listMigrations({ pilot, environment });
  const open = all.filter(({ restoredTo, status }) => restoredTo === database && status === 'unknown');
  if (open.length === 0) return undefined;
  const releases = open.map(({ release }) => release).join(', ');
  return unsettledInWords(open.length, releases, pilot, environment);
}
