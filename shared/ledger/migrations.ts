import { randomUUID } from 'node:crypto';
import { get, type Key, list, update } from '../aws/table.ts';
import { notEnding } from './course.ts';
import { partition } from './keys.ts';
import { change, type Held, TURNED, turnTo } from './migration-changes.ts';

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

interface Whose {
  pilot: string;
  environment: string;
}

export type Direction = 'up' | 'down';

/** In which status a command is about to be started, and in which its start is claimed. */
const CLAIMED: Record<Direction, [from: MigrationStatus, to: MigrationStatus]> = {
  up: ['wanted', 'starting'],
  down: ['done', 'reverting'],
};

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

/** What a manifest asks for. */
export type Wish = Pick<
  Migration,
  'release' | 'command' | 'version' | 'down' | 'reversible' | 'timeout' | 'needsSnapshot'
>;

/**
 * Records that a release wants its migration.
 * @param seen in which status it was: none, that of an earlier deployment, or taken back.
 */
export const wantMigration = (
  held: Held,
  { release, ...wish }: Wish,
  seen: 'wanted' | 'reverted' | undefined,
): Promise<boolean> =>
  change(held, migrationKey(held, release), {
    from: seen,
    to: 'wanted',
    set: { release, deployment: held.id, ...wish },
    remove: LEFT.filter((name) => wish[name as keyof typeof wish] === undefined),
  });

/** What may be left of an earlier time. */
const LEFT = [
  'version',
  'down',
  'needsSnapshot',
  'snapshot',
  'run',
  'exitCode',
  'log',
  'more',
  'trouble',
  'settledBy',
  'byHand',
  'goneWith',
  'restoredTo',
] as const;

/** Notes the snapshot of its database, now that it is complete: what is about to run is not in it. */
export async function noteSnapshot(held: Held, release: string, snapshot: string): Promise<boolean> {
  const { notIn = [] } = (await findMigration(held, release)) ?? {};
  const all = [...new Set([...notIn, snapshot])].slice(-REMEMBERED);
  return change(held, migrationKey(held, release), { from: 'wanted', to: 'wanted', set: { snapshot, notIn: all } });
}

/** Older ones are gone by then: releases are not kept for as many deployments. */
const REMEMBERED = 50;

/** A start that was claimed: now, or by an earlier call, which may have got anywhere. */
export interface Claim {
  isFirst: boolean;
  since: Date;
}

/**
 * Claims the one start of a command.
 * @throws when the lock is lost, the deployment is brought to an end, or the migration is not where it should be.
 */
export async function claimStart(held: Held, release: string, run: string, direction: Direction): Promise<Claim> {
  const by = randomUUID();
  const since = new Date().toISOString();
  const [from, to] = CLAIMED[direction];
  await shorten(held, release, from);
  await change(held, migrationKey(held, release), {
    from,
    to,
    set: { deployment: held.id, run: { id: run, by, since }, ...(direction === 'up' && { migratedAt: since }) },
    ...(direction === 'up' && { once: { firstAt: since } }),
    remove: ['exitCode', 'log', 'more', 'trouble'],
    // Nor is one started without the snapshot that it needs, nor once the deployment is on its way back.
    ...(direction === 'up' && {
      condition: '(attribute_not_exists(needsSnapshot) OR attribute_exists(#snapshot))',
      names: { '#snapshot': 'snapshot' },
      checks: [notEnding(held.id)],
    }),
  });
  const now = await findMigration(held, release);
  // When the reply to the write was lost, it is found here.
  if (now?.status === to && now.run?.id === run) return { isFirst: now.run.by === by, since: new Date(now.run.since) };
  throw new Error(`the start of the migration of ${release} could not be claimed`);
}

/** As many turns as fit well into a row. */
const TURNS = 1000;

/** Who goes to and fro often for years still gets its row written. */
async function shorten(held: Held, release: string, status: MigrationStatus): Promise<void> {
  const { course = [] } = (await findMigration(held, release)) ?? {};
  if (course.length <= TURNS) return;
  await change(held, migrationKey(held, release), {
    from: status,
    to: status,
    set: { course: course.slice(-TURNS / 2) },
  });
}

/** Notes what the target knows a run by. */
export const noteHandle = (held: Held, { release, status, run }: Migration, handle: string): Promise<boolean> =>
  change(held, migrationKey(held, release), {
    from: status,
    to: status === 'starting' ? 'running' : status,
    run: run?.id,
    set: { run: { ...run, handle } },
  });

/** Notes that a run is about to be ended, because it took too long. */
export const noteStopping = (held: Held, { release, status, run }: Migration, at: Date): Promise<boolean> =>
  change(held, migrationKey(held, release), {
    from: status,
    to: status,
    run: run?.id,
    set: { run: { ...run, stoppedAt: at.toISOString() } },
  });

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

export type Conclusion = Pick<Migration, 'exitCode' | 'log' | 'more' | 'trouble'>;

/** Notes what became of a run. */
export const concludeRun = (
  held: Held,
  { release, status, run }: Migration,
  to: MigrationStatus,
  conclusion: Conclusion,
): Promise<boolean> =>
  change(held, migrationKey(held, release), {
    from: status,
    to,
    run: run?.id,
    set: { ...conclusion },
  });

/**
 * Notes that the schema which a migration found there is about to be taken away: its command has to run anew
 * before its release serves again. Nothing runs for it now.
 * @param goes the release whose migration is taken back.
 * @throws when the lock is lost, or the migration is not done.
 */
export async function noteGone(held: Held, release: string, goes: string): Promise<void> {
  await change(held, migrationKey(held, release), {
    from: 'done',
    to: 'reverted',
    set: { deployment: held.id, goneWith: goes },
  });
  // When the reply to the write was lost, it is found here.
  if ((await findMigration(held, release))?.status === 'reverted') return;
  throw new Error(`that the migration of ${release} goes with another one could not be noted`);
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

/** What a person may say of a migration of which nobody else can tell, and what becomes of it then. */
const SETTLED = {
  done: { up: 'done', down: 'reverted' },
  again: { up: 'wanted', down: 'done' },
} as const;

/** Migrations that a person has to see to; those under way as well, where their deployment is over. */
const OPEN: readonly MigrationStatus[] = ['failed', 'unknown', 'revert-failed'];

export const isUnderWay = ({ status }: Pick<Migration, 'status'>): boolean =>
  ['starting', 'running', 'reverting'].includes(status);

/** Of which command it is that somebody has to say what became of it. */
export const directionOf = ({ status }: Pick<Migration, 'status'>): Direction =>
  status === 'revert-failed' || status === 'reverting' ? 'down' : 'up';

export const isOpen = ({ status }: Pick<Migration, 'status'>): boolean => OPEN.includes(status);

/**
 * Notes what a person found out: that it is done (a reversal: that it is taken back), or that it is to be done again.
 * @returns false when it changed meanwhile.
 */
export async function settleMigration(
  whose: Whose,
  { release, status, at }: Migration,
  as: keyof typeof SETTLED,
  by: string,
): Promise<boolean> {
  const direction = directionOf({ status });
  const to = SETTLED[as][direction];
  const now = new Date().toISOString();
  const byHand = direction === 'up' && as === 'done';
  // What the command that migrates back has written is no account of what stands now.
  const isBackUp = direction === 'down' && as === 'again';
  const left = [
    'trouble',
    '#run',
    ...(to === 'wanted' ? ['#snapshot'] : []),
    ...(byHand ? [] : ['byHand']),
    ...(isBackUp ? ['exitCode', '#log', '#more'] : []),
  ];
  const written = await update<Migration & Key>({
    key: migrationKey(whose, release),
    update: `SET #status = :to, #at = :now, ${TURNED}, settledBy = :by${byHand ? ', byHand = :true' : ''} REMOVE ${left.join(', ')}`,
    condition: '#status = :seen AND #at = :at',
    names: {
      ...{ '#status': 'status', '#at': 'at', '#run': 'run', '#course': 'course' },
      ...(to === 'wanted' && { '#snapshot': 'snapshot' }),
      ...(isBackUp && { '#log': 'log', '#more': 'more' }),
    },
    values: {
      ...{ ':to': to, ':now': now, ':by': by, ':seen': status, ':at': at, ...turnTo(to, now) },
      ...(byHand && { ':true': true }),
    },
  });
  // When the answer to the first try was lost, the second finds it done.
  return written.applied || (written.now?.at === now && written.now.settledBy === by);
}
