import { change, type Held } from './migration-changes.ts';
import { findMigration, type Migration, type MigrationStatus, migrationKey } from './migrations.ts';

/**
 * Notes what it was when the snapshot was taken that its database was made from.
 * @param database that was made from it.
 * @throws when the lock is lost, or it changes meanwhile.
 */
export async function noteRestored(
  held: Held,
  { release, status, at }: Migration,
  to: Extract<MigrationStatus, 'done' | 'reverted' | 'unknown'>,
  database: string,
  trouble?: Migration['trouble'],
): Promise<void> {
  await change(held, migrationKey(held, release), {
    from: status,
    to,
    set: { restoredTo: database, trouble },
    turn: { database },
    // What commands have told since is no account of what stands now.
    remove: [
      'run',
      'exitCode',
      'log',
      'more',
      'settledBy',
      'byHand',
      'goneWith',
      ...(trouble ? [] : ['trouble' as const]),
    ],
    // It may stand again where it stood, by what has run in the database that was made from the snapshot.
    condition: '#at = :seenAt AND (attribute_not_exists(#restoredTo) OR #restoredTo <> :restoredTo)',
    values: { ':seenAt': at },
  });
  // When the reply to the write was lost, it is found here.
  if ((await findMigration(held, release))?.restoredTo === database) return;
  throw new Error(`what the migration of ${release} was could not be noted`);
}

/**
 * Notes that a migration did not go after all with another one: the command that takes that back was not run.
 * @throws when the lock is lost, or it changes meanwhile.
 */
export async function noteStays(held: Held, { release, at }: Migration): Promise<void> {
  await change(held, migrationKey(held, release), {
    from: 'reverted',
    to: 'done',
    remove: ['goneWith'],
    condition: '#at = :seenAt AND attribute_exists(#goneWith)',
    values: { ':seenAt': at },
  });
  // When the reply to the write was lost, it is found here.
  if ((await findMigration(held, release))?.status === 'done') return;
  throw new Error(`that the migration of ${release} stays could not be noted`);
}
