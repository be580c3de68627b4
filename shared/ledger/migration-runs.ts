import { randomUUID } from 'node:crypto';
import { notEnding } from './course.ts';
import { change, type Held } from './migration-changes.ts';
import { type Direction, findMigration, type Migration, type MigrationStatus, migrationKey } from './migrations.ts';

/** In which status a command is about to be started, and in which its start is claimed. */
const CLAIMED: Record<Direction, [from: MigrationStatus, to: MigrationStatus]> = {
  up: ['wanted', 'starting'],
  down: ['done', 'reverting'],
};

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
 * @param goingWith releases whose migrations found the schema there that the command takes away: they stand as taken back from this
 * moment on, since one that still stood for done after that would seem to have done its work.
 * @throws when the lock is lost, the deployment is brought to an end, or the migration is not where it should be.
 */
export async function claimStart(
  held: Held,
  release: string,
  run: string,
  direction: Direction,
  goingWith: readonly string[] = [],
): Promise<Claim> {
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
    beside: goingWith.map((one) => ({
      key: migrationKey(held, one),
      asked: { from: 'done', to: 'reverted', set: { deployment: held.id, goneWith: release } },
    })),
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
