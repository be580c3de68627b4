import { get, type Key, list } from '../aws/table.ts';
import { partition } from './keys.ts';

/**
 * What became of a release's migration: one row for each release that has one. Each write of a step is made under
 * the lock, and from the status that it expects; `starting` is claimed once, which is what makes it run once.
 */
export interface Migration {
  release: string;
  status: MigrationStatus;
  /** Since when (ISO). */
  at: string;
  /** The deployment that acted for it last. */
  deployment: string;
  command: string[];
  /** What the database's schema is called once it is done, by the manifest's own word. */
  version?: string;
  /** The command that migrates back. */
  down?: string[];
  /** Whether the release before can work with the migrated database, or there is a command that migrates back. */
  reversible: boolean;
  /** Seconds that the command may take. */
  timeout: number;
  /** It must not be started before there is a snapshot. */
  needsSnapshot?: boolean;
  /** The snapshot of the database that was completed before. */
  snapshot?: string;
  /** Those that were completed before each of its runs, so that it is in none of them. */
  notIn?: string[];
  /** When (ISO) the command was started last, and for the first time. */
  migratedAt?: string;
  firstAt?: string;
  /** The database that was made from a snapshot, since when this row says what is in that. */
  restoredTo?: string;
  /** Each status that it has had, the latest last. */
  course?: Turn[];
  run?: MigrationRun;
  exitCode?: number;
  /** Its last lines, without what looks like a credential. */
  log?: string[];
  /** An address where all of its lines are. */
  more?: string;
  /** Why it did not run, or why nobody can tell. */
  trouble?: { code: string; reason: string };
  /** Who said what became of it, where Pilotage could not tell. */
  settledBy?: string;
  /** A person said that it is done: what of it this release has done, nobody knows. */
  byHand?: boolean;
  /** Taken back without a command, since it had changed nothing: the release whose migration was, with what this one needs. */
  goneWith?: string;
}

/**
 * `wanted`: not started. `starting`: it may be started at any moment, or be. `unknown`: nobody can tell what became of it.
 * `reverting`: the command that migrates back is started, or about to be.
 */
export type MigrationStatus =
  | 'wanted'
  | 'starting'
  | 'running'
  | 'done'
  | 'failed'
  | 'unknown'
  | 'reverting'
  | 'reverted'
  | 'revert-failed';

/** One run of a command. */
export interface MigrationRun {
  /** As the target knows it: `Task.id`. */
  id: string;
  /** Who claimed its start, and when (ISO). */
  by: string;
  since: string;
  /** What the target knows it by from then on. */
  handle?: string;
  /** When (ISO) it was to be ended, because it took too long. */
  stoppedAt?: string;
}

export interface Turn {
  status: MigrationStatus;
  /** Since when (ISO). */
  at: string;
  /** The database that was made from a snapshot, which had it so from its beginning. */
  database?: string;
}

export interface Whose {
  pilot: string;
  environment: string;
}

export type Direction = 'up' | 'down';

const prefix = 'MIGRATION#';

export const migrationKey = ({ pilot, environment }: Whose, release: string): Key => ({
  pk: partition(pilot, environment),
  sk: `${prefix}${release}`,
});

export const findMigration = (whose: Whose, release: string): Promise<(Migration & Key) | undefined> =>
  get<Migration & Key>(migrationKey(whose, release));

/** Their rows outlive their releases, since none is to run twice: there are as many as there ever were releases. */
const MOST = 100_000;

/** Those of a pilot, the one that was started last first. */
export async function listMigrations({ pilot, environment }: Whose): Promise<Migration[]> {
  const rows = await list<Migration & Key>(partition(pilot, environment), prefix, MOST);
  return rows.sort((a, b) => (b.migratedAt ?? b.at).localeCompare(a.migratedAt ?? a.at));
}

/** Migrations that a person has to see to; those under way as well, where their deployment is over. */
const OPEN: readonly MigrationStatus[] = ['failed', 'unknown', 'revert-failed'];

export const isUnderWay = ({ status }: Pick<Migration, 'status'>): boolean =>
  ['starting', 'running', 'reverting'].includes(status);

/** Of which command it is that somebody has to say what became of it. */
export const directionOf = ({ status }: Pick<Migration, 'status'>): Direction =>
  status === 'revert-failed' || status === 'reverting' ? 'down' : 'up';

export const isOpen = ({ status }: Pick<Migration, 'status'>): boolean => OPEN.includes(status);
