import type { BuildAsked } from '../../shared/building/asked.ts';
import { givesWay } from '../../shared/building/giving-way.ts';
import { factsOf, provenanceOf } from '../../shared/building/provenance.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { findDeployment } from '../../shared/ledger/deployments.ts';
import { readLock } from '../../shared/ledger/lock.ts';
import { findManifest, manifestPlanned } from '../../shared/ledger/manifests.ts';
import { policyOf } from '../../shared/ledger/settled.ts';
import { settlePlan } from '../../shared/ledger/settling.ts';
import { done, superseded } from '../../shared/outcome.ts';
import { planBuilt } from '../../shared/planning/built.ts';
import { step } from '../../shared/step.ts';

/** Makes what is deployed of a repository’s code at one commit, and settles the plan; where nothing is to be built, it is done. */
export const handler = step('Build', async ({ deployment, progress }) => {
  const asked = await askedBy(deployment);
  if (!asked) return done(told(deployment));
  const since = new Date(deployment.steps.Build ?? Date.now());
  const newer = await newerThan(deployment);
  if (newer && givesWay(since, newer)) return superseded(newer.id);

  const [{ buildKey }, { bringBuild }] = await Promise.all([
    import('../../shared/building/key.ts'),
    import('../../shared/building/run.ts'),
  ]);
  const key = buildKey(asked.building, asked.manifest, deployment.environment);
  const coming = await bringBuild(asked, key, deployment.id, since);
  if (coming.outcome === 'parked') await tellProgress(deployment, `waiting for ${coming.awaits}`, progress);
  if (coming.outcome !== 'built') return coming;
  const planned = await planBuilt(asked, coming.built);
  if ('outcome' in planned) return planned;

  const provenance = provenanceOf(asked.building, key, coming.built);
  const policy = { ...policyOf(deployment), provenance };
  const settled = { plan: planned.plan, policy };
  const plan = await settlePlan(deployment.id, settled, [manifestPlanned(planned.plan, planned.manifest)]);
  return done({ release: plan.release, ...plan.summary, ...factsOf(provenance) });
});

/** Undefined where the plan is there: it was built before, or nothing is to be. */
async function askedBy({ id, pilot, environment, build, plan }: Deployment): Promise<BuildAsked | undefined> {
  if (!build || plan) return undefined;
  const manifest = await findManifest({ pilot, environment, release: id });
  if (!manifest) throw new Error(`${id} has no manifest to be built by`);
  return { pilot, environment, building: build, manifest };
}

/** Of one that was cut off right after it had settled the plan. */
function told({ plan, policy }: Deployment) {
  const { provenance } = policy ?? {};
  return plan && provenance ? { release: plan.release, ...plan.summary, ...factsOf(provenance) } : {};
}

/** Whoever waits for the lock was asked for later, and nothing is changed yet. */
async function newerThan({ pilot, environment }: Deployment): Promise<Deployment | undefined> {
  const { waiting } = await readLock(pilot, environment);
  const newer = waiting === undefined ? undefined : await findDeployment(waiting);
  return newer?.finishedAt ? undefined : newer;
}

/** What a first run waits for is told by the step itself; what is the same as before, nobody needs to hear. */
async function tellProgress(
  { progress: told }: Deployment,
  text: string,
  tell: (text: string) => Promise<void>,
): Promise<void> {
  if (told !== undefined && told !== text) await tell(text);
}
