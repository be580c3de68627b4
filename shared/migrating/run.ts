import { createHash } from 'node:crypto';
import type { Held } from '../ledger/migration-changes.ts';
import { claimStart, concludeRun, noteHandle, noteStopping } from '../ledger/migration-runs.ts';
import { type Direction, findMigration, isUnderWay, type Migration } from '../ledger/migrations.ts';
import { type Failed, type Parked, parked } from '../outcome.ts';
import type { Lease, Plan, Started, TaskLook, TaskRunner } from '../targets/target.ts';
import { forgottenAt, lostStart, refusedStart, type Verdict, verdictOn } from './verdict.ts';

/** A command of a migration that is to be run, or runs. */
export interface Errand {
  runner: TaskRunner;
  /** Of the release whose code it is. */
  plan: Plan;
  held: Held;
  lease: Lease;
  direction: Direction;
  /** When (ISO) it was its turn: from then on its code has only so long to be ready to run. */
  since: string;
  /** Releases whose migrations go with it, as its start is claimed. */
  goingWith?: readonly string[];
  /** Nothing is started any more: what runs is waited for. */
  onlyWait?: true;
}

const SECONDS = 1_000;
/** ECS tells of its tasks by an event; between them a run is looked at so often, and when its time is over. */
const LOOK_AGAIN = 15 * SECONDS;
/** So long the release's code may take to be ready, before anything is started. */
const READY = 60 * 60 * SECONDS;
/** So long after the time at which something had to happen, nobody has looked. */
const MARGIN = 15 * 60 * SECONDS;

/**
 * Starts the command of a migration, or looks at its run, and notes what became of it.
 * @returns the migration as it stands then; or that it runs; or why it cannot be started.
 */
export async function goOn(errand: Errand, migration: Migration): Promise<Migration | Parked | Failed> {
  const { handle } = isUnderWay(migration) ? (migration.run ?? {}) : {};
  if (handle === undefined) return begin(errand, migration);
  return judge(errand, migration, await errand.runner.look(errand.plan, handle));
}

async function begin(errand: Errand, migration: Migration): Promise<Migration | Parked | Failed> {
  const { runner, plan, held, lease, direction } = errand;
  const { release, timeout } = migration;
  const id = (isUnderWay(migration) && migration.run?.id) || runId(held.id, release, direction);
  let isClaimed = false;
  const claim = async () => {
    if (errand.onlyWait) throw new NotToBeStarted();
    const claimed = await claimStart(held, release, id, direction, errand.goingWith);
    isClaimed = true;
    return claimed;
  };
  const command = (direction === 'up' ? migration.command : migration.down) ?? [];
  const started = await runner.start(plan, { id, command, timeout, claim }, lease).catch((error: unknown) => {
    if (error instanceof NotToBeStarted) return undefined;
    throw error;
  });
  const now = await known(errand, release);
  if (started?.outcome === 'started') return follow(errand, now, started);
  if (!isUnderWay(now)) return started?.outcome === 'parked' ? untilReady(errand, started) : (started ?? now);
  // What hinders us before the start says nothing of another worker, which has claimed it and may be at it.
  if (started?.outcome === 'failed' && isClaimed)
    return conclude(errand, now, refusedStart(direction, started.code, started.reason));
  const until = forgottenAt(now);
  if (new Date() > until) return conclude(errand, now, lostStart(direction));
  const awaits = started?.outcome === 'parked' ? started.awaits : 'what was started to be seen';
  return park(errand, release, awaits, until);
}

/** Its own deadline may begin anew with each look. */
function untilReady({ since }: Errand, waits: Parked): Parked {
  const last = new Date(Date.parse(since) + READY).toISOString();
  return waits.deadline < last ? waits : { ...waits, deadline: last };
}

/** Thrown by a claim where nothing may be started any more. */
class NotToBeStarted extends Error {}

/** The same deployment that asks twice asks for the same run. */
const runId = (deployment: string, release: string, direction: Direction): string =>
  createHash('sha256').update(`${deployment} ${release} ${direction}`).digest('hex').slice(0, 32);

async function follow(errand: Errand, migration: Migration, { handle, look }: Started): Promise<Migration | Parked> {
  if (look) return judge(errand, migration, look);
  await noteHandle(errand.held, migration, handle);
  const now = await known(errand, migration.release);
  return judge(errand, now, await errand.runner.look(errand.plan, handle));
}

async function judge(errand: Errand, migration: Migration, look: TaskLook): Promise<Migration | Parked> {
  const { runner, plan, held, direction } = errand;
  const now = new Date();
  const verdict = verdictOn(migration, direction, look, now);
  switch (verdict.verdict) {
    case 'wait':
      return park(errand, migration.release, verdict.progress, verdict.until);
    case 'stop':
      // Where it cannot be noted, somebody else is at it, or it was noted and the reply was lost: the next look tells.
      if (migration.run?.stoppedAt || (await noteStopping(held, migration, now)))
        await runner.stop(plan, migration.run?.handle ?? '');
      return park(errand, migration.release, 'it took too long, and is ended', verdict.until);
    case 'over':
      return conclude(errand, migration, verdict);
  }
}

async function conclude(
  errand: Errand,
  migration: Migration,
  { to, conclusion }: Extract<Verdict, { verdict: 'over' }>,
): Promise<Migration> {
  await concludeRun(errand.held, migration, to, conclusion);
  const now = await known(errand, migration.release);
  if (isUnderWay(now)) throw new Error(`what became of the migration of ${migration.release} could not be noted`);
  return now;
}

async function known({ held }: Errand, release: string): Promise<Migration> {
  const now = await findMigration(held, release);
  if (!now) throw new Error(`the migration of ${release} is gone`);
  return now;
}

const park = ({ direction }: Errand, release: string, progress: string, until: Date): Parked =>
  parked(
    `${direction === 'up' ? `the migration of release ${release}` : `the migration of release ${release} to be taken back`}: ${progress}`,
    new Date(until.getTime() + MARGIN),
    new Date(Math.min(Date.now() + LOOK_AGAIN, until.getTime())),
  );
