import { type Direction, directionOf, isOpen, type Migration } from '../ledger/migrations.ts';
import { shortest } from '../manifest/duration.ts';
import { DEFAULT_ENVIRONMENT } from '../names.ts';
import { type Failed, failed } from '../outcome.ts';
import { answersInWords } from './settling.ts';

/** What people read of migrations; the reason first, then what to do, then what the command wrote. */

export const tooLongInWords = (timeout: number): string =>
  `it was ended after ${shortest(timeout)}, which migrations.timeout allows`;

export const neverRanInWords = (reason: string): string => `it was not started: ${reason}`;

export const lateInWords = (reason: string): string => `it did not begin in time; ${reason}`;

const settling = (pilot: string, migration: Migration): string =>
  `look at the database, then say pilot migrate ${pilot} --settle done or again, with --release ${migration.release} (${answersInWords(directionOf(migration))})`;

/** Where both answers stand, with all that they need. */
const look = (pilot: string): string => `pilot migrate ${pilot} shows it, and what somebody has to say of it`;

/** The last lines that a reason has. */
const LINES = 6;
const LONGEST = 500;

function lastWords({ log = [], more }: Migration): string {
  const lines = log.slice(-LINES).join(' | ').slice(-LONGEST);
  return `${lines ? `; its last lines: ${lines}` : ''}${more ? `; all of them: ${more}` : ''}`;
}

/** A migration that has just failed, or failed in an earlier deployment. */
export function failedBefore(migration: Migration, pilot: string, deployment: string): Failed {
  const { exitCode, trouble, deployment: by } = migration;
  const how = trouble?.reason ?? `it ended with exit code ${exitCode}`;
  const when = by === deployment ? '' : ` in ${by}`;
  const rest = `it is not run again by itself: ${look(pilot)}`;
  return failed(
    trouble?.code === 'MIGRATION_TIMEOUT' ? 'MIGRATION_TIMEOUT' : 'MIGRATION_FAILED',
    `the migration failed${when}: ${how}; ${rest}${lastWords(migration)}`,
  );
}

/** One of which nobody knows what became: of itself, or of the command that takes it back. */
export function unknownBefore(migration: Migration, pilot: string): Failed {
  const { trouble } = migration;
  const [code, what] = UNKNOWN[directionOf(migration)];
  const why = trouble ? `: ${trouble.reason}` : '';
  return failed(code, `${what}${why}; ${look(pilot)}${lastWords(migration)}`);
}

const UNKNOWN: Record<Direction, [code: string, what: string]> = {
  up: ['MIGRATION_UNKNOWN', 'what became of the migration is not known'],
  down: ['MIGRATION_NOT_TAKEN_BACK', 'the migration was not taken back, or not all of it'],
};

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

/** Why a migration counts as taken back although no command was run; `takenAt`: ISO. */
export const notInSnapshot = (takenAt: string): { code: string; reason: string } => ({
  code: 'NOT_IN_SNAPSHOT',
  reason: `the database went back to the snapshot of ${secondOf(takenAt)}, which it is not in; it runs anew when its release is deployed again`,
});

/** Why nobody can tell of one that may be in a snapshot, or in part. */
export const unknownInSnapshot = (takenAt: string): { code: string; reason: string } => ({
  code: 'MIGRATION_UNKNOWN',
  reason: `the database is as the snapshot of ${secondOf(takenAt)} has it, and whether the migration was done by then is not known`,
});

/** @param releases whose migrations they are. */
export function unsettledInWords(count: number, releases: string, pilot: string, environment: string): string {
  const are = count === 1 ? 'the migration of release' : `${count} migrations, of releases`;
  const option = environment === DEFAULT_ENVIRONMENT ? '' : ` --env ${environment}`;
  return `nobody can tell whether the snapshot has ${are} ${releases}; before such a release is deployed, somebody has to look and say it: pilot migrate ${pilot}${option}`;
}

const secondOf = (time: string): string => `${time.slice(0, 19)}Z`;

/** Whether a command has taken it back, or is to: that is what its exit code and its lines are of. */
export const isCommandBack = ({ status, goneWith, trouble }: Migration): boolean =>
  BACK.includes(status) && !goneWith && trouble?.code !== 'NOT_IN_SNAPSHOT';

const BACK: readonly Migration['status'][] = ['reverting', 'reverted', 'revert-failed'];

/** What a person does about a migration as it stands; nothing where Pilotage sees to it. */
export const toDo = (migration: Migration, pilot: string): string | undefined =>
  isOpen(migration) ? settling(pilot, migration) : undefined;
