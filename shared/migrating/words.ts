import { isOpen, type Migration } from '../ledger/migrations.ts';
import { shortest } from '../manifest/duration.ts';
import { type Failed, failed } from '../outcome.ts';

/** What people read of migrations; the reason first, then what to do, then what the command wrote. */

export const tooLongInWords = (timeout: number): string =>
  `it was ended after ${shortest(timeout)}, which migrations.timeout allows`;

export const neverRanInWords = (reason: string): string => `it was not started: ${reason}`;

export const lateInWords = (reason: string): string => `it did not begin in time; ${reason}`;

const settling = (pilot: string, release: string): string =>
  `look at the database, then say pilot migrate ${pilot} --settle done or again, with --release ${release}`;

/** The last lines that a reason has. */
const LINES = 6;
const LONGEST = 500;

function lastWords({ log = [], more }: Migration): string {
  const lines = log.slice(-LINES).join(' | ').slice(-LONGEST);
  return `${lines ? `; its last lines: ${lines}` : ''}${more ? `; all of them: ${more}` : ''}`;
}

/** A migration that has just failed, or failed in an earlier deployment. */
export function failedBefore(migration: Migration, pilot: string, deployment: string): Failed {
  const { release, exitCode, trouble, deployment: by } = migration;
  const how = trouble?.reason ?? `it ended with exit code ${exitCode}`;
  const when = by === deployment ? '' : ` in ${by}`;
  const rest = `it is not run again by itself: ${settling(pilot, release)}`;
  return failed(
    trouble?.code === 'MIGRATION_TIMEOUT' ? 'MIGRATION_TIMEOUT' : 'MIGRATION_FAILED',
    `the migration failed${when}: ${how}; ${rest}${lastWords(migration)}`,
  );
}

export function unknownBefore(migration: Migration, pilot: string): Failed {
  const { release, status, trouble } = migration;
  const what =
    status === 'unknown' ? 'what became of the migration is not known' : 'the migration was not taken back completely';
  const why = trouble ? `: ${trouble.reason}` : '';
  return failed('MIGRATION_UNKNOWN', `${what}${why}; ${settling(pilot, release)}${lastWords(migration)}`);
}

/** Of a release that found its version there. */
export const unchangedInWords = ({ release, version }: Migration): string =>
  `stays at version ${version}, which was there before release ${release}: there is nothing to take back`;

/** @param before those before it that stay because it does. */
export function staysInWords(
  pilot: string,
  migration: Migration,
  why: string,
  before: readonly Migration[] = [],
): string {
  const others = before.map(({ release }) => release).join(', ');
  const so = others ? `; so what release ${others} had migrated before stays as well` : '';
  const fits = migration.status === 'done' ? 'what serves now can work with the database as it is' : undefined;
  const rest = toDo(migration, pilot) ?? fits;
  return `the migration of release ${migration.release} was not taken back: ${why}${so}${rest ? `; ${rest}` : ''}`;
}

/** Why a migration was taken back without a command. */
export const goneInWords = (goes: string): string =>
  `it had changed nothing, and what it needs was taken back with the migration of release ${goes}; it runs anew when its release is deployed again`;

/** What a person does about a migration as it stands; nothing where Pilotage sees to it. */
export const toDo = (migration: Migration, pilot: string): string | undefined =>
  isOpen(migration) ? settling(pilot, migration.release) : undefined;
