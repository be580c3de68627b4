import type { Deployment } from '../ledger/deployment.ts';
import { readLock } from '../ledger/lock.ts';
import type { Held } from '../ledger/migration-changes.ts';
import { findMigration, listMigrations, type Migration } from '../ledger/migrations.ts';
import { listReleases, type Release } from '../ledger/releases.ts';
import { leaseOf, planOf } from '../ledger/settled.ts';
import { done, type Failed, type Outcome, type Parked } from '../outcome.ts';
import { targetNamed } from '../targets/index.ts';
import type { Plan } from '../targets/target.ts';
import { laterThan } from './later.ts';
import { type Errand, goOn } from './run.ts';
import { toDo } from './words.ts';

/**
 * Takes back, the last one first, what of the database's migrations the release that serves now does not know. A
 * migration that still runs is waited for. Where one cannot be taken back, the others before it stay, and people are told.
 */
export async function revert(deployment: Deployment): Promise<Outcome> {
  const { id, pilot, environment } = deployment;
  const migrations = await concerned(deployment);
  if (migrations.length === 0) return done();
  const { owner, fence } = await readLock(pilot, environment);
  if (owner !== id) return done();

  const held: Held = { id, pilot, environment, fence };
  const kept = await listReleases(pilot, environment);
  const own = await settled(deployment, held, migrations);
  if (own && 'outcome' in own) return own;
  const now = migrations.map((one) => (one.release === own?.release ? own : one));
  const ended = now.filter((one) => one.status === 'reverted' && one.deployment === id);
  const back = ended.map(({ release }) => release);
  const turns = [deployment.steps.Revert ?? new Date().toISOString(), ...ended.map(({ at }) => at)];
  let since = turns.sort().at(-1) ?? '';
  for (const migration of toTakeBack(deployment, now, kept)) {
    const gone = await takeBack(deployment, held, migration, kept, since);
    if (gone === undefined) continue;
    if (gone.outcome === 'parked') return gone;
    if (gone.outcome === 'failed') return done({ database: `${gone.reason}${alsoBack(back)}` });
    back.push(migration.release);
    since = new Date().toISOString();
  }
  return done(factsOf(deployment, back, own));
}

/** Those that it may have to take back: all of them for a rollback that went through, and its own for all else. */
async function concerned(deployment: Deployment): Promise<Migration[]> {
  const { plan, trigger, steps } = deployment;
  if (!plan) return [];
  if (steps.Finish && trigger.kind === 'rollback') return listMigrations(plan);
  const own = await findMigration(plan, plan.release);
  return own ? [own] : [];
}

/** Its own migration, once it runs no more; it is never started here. */
async function settled(
  deployment: Deployment,
  held: Held,
  migrations: readonly Migration[],
): Promise<Migration | Parked | Failed | undefined> {
  const plan = planOf(deployment);
  const own = migrations.find(({ release }) => release === plan.release);
  if (own?.deployment !== deployment.id) return undefined;
  if (own.status !== 'starting' && own.status !== 'running') return own;
  const errand = await errandFor(deployment, held, plan, 'up', own.at);
  return errand ? goOn({ ...errand, onlyWait: true }, own) : own;
}

/** A rollout that failed takes its own migration back, a rollback that somebody asked for all those since its release was made. */
export function toTakeBack(
  { id, plan, trigger, steps, before }: Deployment,
  migrations: readonly Migration[],
  kept: readonly Release[],
): Migration[] {
  if (!plan) return [];
  // With Finish the traffic has moved for good.
  if (steps.Finish)
    return trigger.kind === 'rollback' && !trigger.force ? laterThan(plan.release, migrations, kept) : [];
  if (before?.release === plan.release) return [];
  return migrations.filter((one) => one.release === plan.release && one.deployment === id);
}

/** @returns undefined where there is nothing to take back: the release before can work with it as it is. */
async function takeBack(
  deployment: Deployment,
  held: Held,
  migration: Migration,
  kept: readonly Release[],
  since: string,
): Promise<{ outcome: 'reverted' } | Parked | Failed | undefined> {
  const { release, status } = migration;
  const isBegun = status === 'reverting';
  if (!isBegun && (status !== 'done' || !migration.down)) return undefined;
  if (migration.byHand)
    return stays(
      migration,
      `${migration.settledBy} said that it is done, and what it did may be another release’s work`,
    );
  const plan =
    release === deployment.plan?.release ? deployment.plan : kept.find((one) => one.release === release)?.plan;
  const errand = plan && (await errandFor(deployment, held, plan, 'down', since));
  if (!errand) return stays(migration, 'its code is no longer kept');
  const ran = await goOn(errand, migration);
  if (!('outcome' in ran)) {
    if (ran.status === 'reverted') return { outcome: 'reverted' };
    return stays(ran, ran.trouble?.reason ?? `exit code ${ran.exitCode}`);
  }
  if (ran.outcome === 'failed') return stays(migration, ran.reason);
  const isLate = ran.deadline < new Date().toISOString();
  return isLate ? stays(migration, `waited until ${ran.deadline} for ${ran.awaits}`) : ran;

  function stays(as: Migration, why: string): Failed {
    const todo = toDo(as, deployment.pilot);
    const reason = `the migration of release ${release} was not taken back: ${why}${todo ? `; ${todo}` : ''}`;
    return { outcome: 'failed', code: 'REVERT_FAILED', reason };
  }
}

async function errandFor(
  deployment: Deployment,
  held: Held,
  plan: Plan,
  direction: Errand['direction'],
  since: string,
): Promise<Errand | undefined> {
  const { task: runner } = await targetNamed(plan.target);
  return runner && { runner, plan, held, lease: leaseOf(deployment, held.fence), direction, since };
}

const alsoBack = (releases: readonly string[]): string =>
  releases.length > 0 ? `; taken back before that: ${releases.join(', ')}` : '';

function factsOf({ steps }: Deployment, back: readonly string[], own: Migration | undefined) {
  if (back.length > 0) return { database: `taken back before the migration of release ${back.join(', ')}` };
  if (steps.Finish || !own || !MAY_HAVE_CHANGED.includes(own.status)) return {};
  return { database: `stays as the migration of release ${own.release} left it` };
}

const MAY_HAVE_CHANGED: readonly Migration['status'][] = ['done', 'failed', 'unknown', 'revert-failed'];
