import { randomUUID } from 'node:crypto';
import { runTask } from '../../shared/aws/ecs-tasks.ts';
import { readLock } from '../../shared/ledger/lock.ts';
import { findManifest } from '../../shared/ledger/manifests.ts';
import type { Held } from '../../shared/ledger/migration-changes.ts';
import { wantMigration } from '../../shared/ledger/migration-runs.ts';
import { findMigration, listMigrations } from '../../shared/ledger/migrations.ts';
import { listReleases } from '../../shared/ledger/releases.ts';
import { leaseOf, planOf } from '../../shared/ledger/settled.ts';
import { laterThan } from '../../shared/migrating/later.ts';
import { goOn } from '../../shared/migrating/run.ts';
import { wishOf } from '../../shared/migrating/wish.ts';
import { done, parked } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { stackOf } from '../../shared/targets/ecs/stack.ts';
import { running, task } from '../../shared/targets/ecs/task.ts';
import { ensureTaskDefinition } from '../../shared/targets/ecs/task-definition.ts';
import type { Plan } from '../../shared/targets/target.ts';
import type { Handlers } from './functions.ts';

/** Copies of steps that are wrong on purpose, for migrations. */

async function startAnew(plan: Plan): Promise<void> {
  const id = randomUUID();
  const claim = async () => ({ isFirst: true, since: new Date() });
  const asked = { id, command: ['db', 'upgrade', 'v2'], timeout: 600, claim };
  await runTask(running(plan, stackOf(plan), await ensureTaskDefinition(plan), asked));
}

/** Migrate that does not wait for its command's end. */
export const endNotAwaited: Handlers = {
  'deploy-migrate': step('Migrate', async ({ deployment }) => {
    await startAnew(planOf(deployment));
    return done();
  }) as never,
};

/** Migrate that writes nothing down: each look at it starts the command. */
export const startedEachTime: Handlers = {
  'deploy-migrate': step('Migrate', async ({ deployment }) => {
    await startAnew(planOf(deployment));
    const began = Date.parse(deployment.steps.Migrate ?? '');
    if (Date.now() > began + 120_000) return done();
    return parked('its end', new Date(began + 600_000), new Date(Date.now() + 15_000));
  }) as never,
};

/** Migrate that does not wait for a snapshot. */
export const snapshotLeftOut: Handlers = {
  'deploy-migrate': step('Migrate', async ({ deployment }) => {
    const { id, pilot, environment } = deployment;
    const plan = planOf(deployment);
    const lease = leaseOf(deployment);
    const held: Held = { id, pilot, environment, fence: lease.fence };
    const manifest = await findManifest(plan);
    const wish = manifest && wishOf(plan.release, manifest);
    if (!wish) return done();
    if (!(await findMigration(plan, plan.release))) await wantMigration(held, wish, undefined);
    const migration = await findMigration(plan, plan.release);
    if (!migration || migration.status === 'done') return done();
    const ran = await goOn({ runner: task, plan, held, lease, direction: 'up', since: migration.at }, migration);
    return 'outcome' in ran ? ran : done();
  }) as never,
};

/** Revert that takes back the last release's migration, whoever brought what it would take away. */
export const versionsIgnored: Handlers = {
  'deploy-revert': step('Revert', async ({ deployment }) => {
    const { id, pilot, environment, steps, trigger } = deployment;
    const { owner, fence } = await readLock(pilot, environment);
    if (owner !== id || !steps.Finish || trigger.kind !== 'rollback') return done();
    const plan = planOf(deployment);
    const kept = await listReleases(pilot, environment);
    const [last] = laterThan(plan.release, await listMigrations(plan), kept);
    const of = kept.find(({ release }) => release === last?.release)?.plan;
    if (!last || !of) return done();
    const held: Held = { id, pilot, environment, fence };
    const errand = { runner: task, plan: of, held, lease: leaseOf(deployment, fence), direction: 'down' as const };
    const ran = await goOn({ ...errand, since: new Date().toISOString() }, last);
    return 'outcome' in ran ? ran : done();
  }) as never,
};
