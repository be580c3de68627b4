import type { Problem } from '../errors.ts';
import { bringsManifest } from '../events.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { findManifest } from '../ledger/manifests.ts';
import type { Held } from '../ledger/migration-changes.ts';
import { noteSnapshot, wantMigration } from '../ledger/migration-runs.ts';
import { findMigration, listMigrations, type Migration } from '../ledger/migrations.ts';
import { listReleases, recordPrepared } from '../ledger/releases.ts';
import { leaseOf, planOf, policyOf } from '../ledger/settled.ts';
import { noteFacts } from '../ledger/settling.ts';
import { done, type Facts, type Failed, failed, type Outcome } from '../outcome.ts';
import { targetNamed } from '../targets/index.ts';
import type { Plan } from '../targets/target.ts';
import { nextMove } from './move.ts';
import { goOn } from './run.ts';
import { takeSnapshot } from './snapshot.ts';
import { lacksNow, unfitNow } from './unfit.ts';
import { hasOwnDatabase, wishOf } from './wish.ts';

/** More moves than a migration can have. */
const MOVES = 12;

/** Brings the migration of a deployment's release as far as it comes now. */
export async function migrate(deployment: Deployment): Promise<Outcome> {
  const { id, pilot, environment, trigger } = deployment;
  const plan = planOf(deployment);
  const unfit = await unfitFrom(deployment);
  // Since it was asked for, the deployment before it may have migrated.
  if (unfit) return failed(unfit.code, `${unfit.message}; ${unfit.hint}`);
  const manifest = await findManifest(plan);
  const wish = manifest && wishOf(plan.release, manifest);
  if (!wish) return done();
  const { task: runner } = await targetNamed(plan.target);
  if (!runner) return failed('MIGRATION_NOT_POSSIBLE', `target ${plan.target} has nothing to run a migration with`);

  const lease = leaseOf(deployment);
  const held: Held = { id, pilot, environment, fence: lease.fence };
  const brings = bringsManifest(trigger) ? 'new' : 'kept';
  for (let moves = 0; moves < MOVES; moves += 1) {
    const migration = await findMigration(plan, plan.release);
    const move = nextMove(migration, { deployment: id, pilot, brings });
    if ('outcome' in move) return told(deployment, migration, move);
    switch (move.move) {
      case 'nothing':
        return done(migration?.deployment === id ? factsOf(migration) : {});
      case 'want': {
        const needsSnapshot = manifest.migrations?.snapshot && hasOwnDatabase(manifest) && !(await isUntouched(plan));
        await wantMigration(held, { ...wish, ...(needsSnapshot && { needsSnapshot }) }, move.seen);
        break;
      }
      case 'snapshot': {
        const taken = await takeSnapshot(deployment);
        if ('outcome' in taken) return taken;
        await noteSnapshot(held, plan.release, taken.snapshot);
        break;
      }
      case 'run': {
        await recordPrepared(plan, policyOf(deployment));
        const own = migration as Migration;
        const ran = await goOn({ runner, plan, held, lease, direction: 'up', since: own.at }, own);
        if ('outcome' in ran) return ran;
      }
    }
  }
  throw new Error(`the migration of ${plan.release} changes meanwhile`);
}

/** What comes back after its database has gone back to a snapshot may lack what another release had migrated. */
async function unfitFrom(deployment: Deployment): Promise<Problem | undefined> {
  const { trigger } = deployment;
  const plan = planOf(deployment);
  if (trigger.kind === 'rollback' && !trigger.force) return unfitNow(plan);
  return trigger.kind === 'online' ? lacksNow(plan) : undefined;
}

/** Of a pilot that never had a release there is nothing to lose. */
async function isUntouched(plan: Plan): Promise<boolean> {
  const releases = await listReleases(plan.pilot, plan.environment);
  if (releases.some(({ liveAt }) => liveAt)) return false;
  return !(await listMigrations(plan)).some(({ migratedAt }) => migratedAt);
}

const factsOf = ({ exitCode, snapshot, more }: Migration): Facts => ({
  ...(exitCode !== undefined && { migration: `exit code ${exitCode}` }),
  ...(snapshot && { snapshot }),
  ...(more && { migrationLog: more }),
});

/** What a failure has besides its reason: the snapshot, and where all lines of the log are. */
async function told(deployment: Deployment, migration: Migration | undefined, failure: Failed): Promise<Failed> {
  if (migration?.deployment === deployment.id) await noteFacts(deployment, factsOf(migration));
  return failure;
}
