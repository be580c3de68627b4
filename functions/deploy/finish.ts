import type { Deployment } from '../../shared/ledger/deployment.ts';
import { forgetReleases, listReleases, releasesToRetire, withdrawReleases } from '../../shared/ledger/releases.ts';
import { leaseOf, planOf, policyOf } from '../../shared/ledger/settled.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';

/**
 * Removes releases that have had their time. The traffic has moved already, so what cannot be removed now is told,
 * and tried again by the next deployment.
 */
export const handler = step('Finish', async ({ deployment, log }) => {
  if (deployment.alreadyLive) return done();
  try {
    return done(await retireOld(deployment));
  } catch (error) {
    log.warn('old releases were not removed', { error });
    return done({ warning: 'old releases could not be removed; the next deployment tries again' });
  }
});

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
