import { isStanding } from '../../shared/events.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { readLock } from '../../shared/ledger/lock.ts';
import { forgetReleases, listReleases, releasesToRetire, withdrawReleases } from '../../shared/ledger/releases.ts';
import { beforeOf, leaseOf, planOf, policyOf } from '../../shared/ledger/settled.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';
import type { Live } from '../../shared/targets/target.ts';

/**
 * Takes down what served before, and removes releases that have had their time. The traffic has moved already,
 * so what does not work now is told, and tried again by the next deployment.
 */
export const handler = step('Finish', async ({ deployment, log }) => {
  if (deployment.alreadyLive) return done();
  // What ran goes on running, to be back within seconds.
  if (isStanding(deployment.trigger)) return done();
  try {
    const rested = await restBefore(deployment);
    if (rested.outcome === 'parked') return rested;
    if (rested.outcome !== 'done') throw new Error(rested.reason);
    return done(await retireOld(deployment));
  } catch (error) {
    log.warn('what served before was not cleared away', { error });
    return done({}, 'what served before could not be cleared away; the next deployment tries again');
  }
});

async function restBefore(deployment: Deployment) {
  const plan = planOf(deployment);
  const target = await targetNamed(plan.target);
  const since = new Date(deployment.shifted?.at ?? Date.now());
  return target.rest(plan, await servedBefore(deployment), since, leaseOf(deployment));
}

/** Before it was offline, where it was. */
async function servedBefore(deployment: Deployment): Promise<Live> {
  const before = beforeOf(deployment);
  if (before.release !== undefined) return before;
  const { offline } = await readLock(deployment.pilot, deployment.environment);
  if (!offline) return before;
  const { release, pointer } = offline;
  return { ...before, release, ...(pointer && { pointer }) };
}

async function retireOld(deployment: Deployment): Promise<{ removedReleases?: number }> {
  const plan = planOf(deployment);
  const { pilot, environment, before } = deployment;
  const releases = await listReleases(pilot, environment);
  const old = releasesToRetire(releases, policyOf(deployment).retention, [plan.release, before?.release], new Date());
  if (old.length === 0) return {};

  await withdrawReleases(plan, old);
  const target = await targetNamed(plan.target);
  const retired = await target.retire(plan, old, leaseOf(deployment));
  if (retired.outcome !== 'done') throw new Error(retired.reason);
  await forgetReleases(plan, old);
  return { removedReleases: old.length };
}
