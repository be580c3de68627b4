import { changeDatabase } from '../aws/database-restores.ts';
import type { Held } from '../ledger/migration-changes.ts';
import { listMigrations, noteRestored } from '../ledger/migrations.ts';
import { findRestore, listRestores, noteRestore, type Restore } from '../ledger/restores.ts';
import { asOf } from '../migrating/as-of.ts';
import type { Restored } from '../preview/model.ts';

/** What a stack tells of its database, as templates/parts/database.ts writes it. */
type Outputs = Record<string, string>;

/**
 * What the database of a stack was made from, for its template; undefined where it was made empty, or where there is none.
 * @throws when nobody knows: a template without it would make an empty database.
 */
export async function restoredIn(
  whose: { pilot: string; environment: string },
  { DatabaseId: database, DatabaseSnapshot: snapshot }: Outputs,
): Promise<Restored | undefined> {
  if (!database || !snapshot) return undefined;
  const found = await findRestore(whose, database);
  if (!found)
    throw new Error(`the ledger does not know what ${database} was made from, and its stack says ${snapshot}`);
  return found;
}

/**
 * Brings the ledger, and the database that a restore did not replace after all, to what the stack says that there is. Each
 * deployment does, since one that restored may have been cut off anywhere.
 */
export async function keepInLine(held: Held, { DatabaseId: database }: Outputs): Promise<void> {
  if (!database) return;
  const restores = await listRestores(held);
  for (const { database: never, before, isBared } of restores)
    if (isBared && before === database) await protectAgain(held, never, before);
  const now = restores.find((one) => one.database === database);
  if (now && !now.settledAt) await settleMigrations(held, now);
}

/** Puts the protection back that was taken off a database so that it could go. */
export async function protectAgain(held: Held, restore: string, database: string): Promise<void> {
  const asked = await changeDatabase(database, { DeletionProtection: true });
  if (asked !== 'busy') await noteRestore(held, restore, { isBared: false });
}

/** Migrations that are not in the snapshot run again with their releases; where nobody can tell, a person is asked. */
async function settleMigrations(held: Held, { database, takenAt }: Restore): Promise<void> {
  for (const migration of await listMigrations(held)) {
    if (migration.restoredTo === database) continue;
    const then = asOf(migration, takenAt);
    if (then === 'stays') continue;
    await noteRestored(held, migration, then, database, then === 'unknown' ? unknownAt(takenAt) : undefined);
  }
  await noteRestore(held, database, { settledAt: new Date().toISOString() });
}

const unknownAt = (takenAt: string) => ({
  code: 'MIGRATION_UNKNOWN',
  reason: `the database is as the snapshot of ${takenAt.slice(0, 19)}Z has it, and whether the migration was done by then is not known`,
});
