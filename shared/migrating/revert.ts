import type { Deployment } from '../ledger/deployment.ts';
import { readLock } from '../ledger/lock.ts';
import type { Held } from '../ledger/migration-changes.ts';
import { noteStays } from '../ledger/migration-standing.ts';
import { findMigration, listMigrations, type Migration } from '../ledger/migrations.ts';
import { listReleases, type Release } from '../ledger/releases.ts';
import { leaseOf, planOf } from '../ledger/settled.ts';
import { done, type Failed, failed, type Outcome, type Parked } from '../outcome.ts';
import { targetNamed } from '../targets/index.ts';
import type { Plan } from '../targets/target.ts';
import { laterThan } from './later.ts';
import { type Errand, goOn } from './run.ts';
import { isAwaited, type Turn, wayBack } from './way-back.ts';
import { staysInWords, unchangedInWords } from './words.ts';

/**
 * Takes back, the last one first, what of the database's migrations the release that serves now does not know, and only
 * what a release has surely done itself. A migration that still runs is waited for. Where one stays, the others before
 * it stay, and people are told.
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
  const ended = now.filter((one) => one.status === 'reverted' && one.deployment === id && !one.goneWith);
  const back = ended.map(({ release }) => release);
  const turns = [deployment.steps.Revert ?? new Date().toISOString(), ...ended.map(({ at }) => at)];
  let since = turns.sort().at(-1) ?? '';
  const way = wayBack(toTakeBack(deployment, now, kept), now);
  for (const turn of way) {
    if (turn.turn === 'pass') continue;
    if (turn.turn === 'stay') {
      const isTold = isAwaited(turn.migration) || turn.before.length > 0;
      if (isTold) return done({}, `${staysInWords(pilot, turn.migration, turn.why, turn.before)}${alsoBack(back)}`);
      break;
    }
    const gone = await takeBack(deployment, held, turn, kept, since);
    if (gone.outcome === 'parked') return gone;
    if (gone.outcome === 'failed') return done({}, `${gone.reason}${alsoBack(back)}`);
    back.push(turn.migration.release);
    since = new Date().toISOString();
  }
  if (back.length > 0) return done({ database: `taken back before the migration of release ${back.join(', ')}` });
  const [first] = way;
  if (first?.turn === 'pass') return done({ database: unchangedInWords(first.migration) });
  return done({}, leftBy(deployment, own));
}

/** All of the pilot's, where it may have to take one back: any for a rollback that went through, and its own for all else. */
async function concerned({ plan, trigger, steps }: Deployment): Promise<Migration[]> {
  if (!plan) return [];
  const all = await listMigrations(plan);
  if (steps.Finish && trigger.kind === 'rollback') return all;
  return all.some(({ release }) => release === plan.release) ? all : [];
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

async function takeBack(
  deployment: Deployment,
  held: Held,
  { migration, with: others }: Extract<Turn, { turn: 'down' }>,
  kept: readonly Release[],
  since: string,
): Promise<{ outcome: 'reverted' } | Parked | Failed> {
  const { release } = migration;
  const plan =
    release === deployment.plan?.release ? deployment.plan : kept.find((one) => one.release === release)?.plan;
  const errand = plan && (await errandFor(deployment, held, plan, 'down', since));
  if (!errand) return stays('its code is no longer kept');
  const ran = await goOn({ ...errand, goingWith: others.map((other) => other.release) }, migration);
  if (!('outcome' in ran)) {
    if (ran.status === 'reverted') return { outcome: 'reverted' };
    return stays(ran.trouble?.reason ?? `exit code ${ran.exitCode}`);
  }
  if (ran.outcome === 'failed') return stays(ran.reason);
  if (ran.deadline >= new Date().toISOString()) return ran;
  return stays(`waited until ${ran.deadline} for ${ran.awaits}`);

  async function stays(why: string): Promise<Failed> {
    const now = (await findMigration(held, release)) ?? migration;
    if (now.status === 'done') await bringBack(held, release);
    return failed('REVERT_FAILED', staysInWords(deployment.pilot, now, why));
  }
}

/** The command never ran: those stay that were to go with it. */
async function bringBack(held: Held, goes: string): Promise<void> {
  for (const one of await listMigrations(held))
    if (one.goneWith === goes && one.deployment === held.id && one.status === 'reverted') await noteStays(held, one);
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

/** The traffic goes back, the database does not. */
function leftBy({ steps }: Deployment, own: Migration | undefined): string | undefined {
  if (steps.Finish || !own || !MAY_HAVE_CHANGED.includes(own.status)) return undefined;
  return `the database stays as the migration of release ${own.release} left it`;
}

const MAY_HAVE_CHANGED: readonly Migration['status'][] = ['done', 'failed', 'unknown', 'revert-failed'];
