import type { Deployment } from '../../shared/ledger/deployment.ts';
import { readLock } from '../../shared/ledger/lock.ts';
import { listReleases, recordPrepared } from '../../shared/ledger/releases.ts';
import { leaseOf, planOf, policyOf } from '../../shared/ledger/settled.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { done, type Facts, failed, type Outcome } from '../../shared/outcome.ts';
import { moveOnly } from '../../shared/planning/standing.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';
import type { Plan } from '../../shared/targets/target.ts';
import { trafficNow } from '../../shared/traffic.ts';

/** Brings the idle colour up with the release, while viewers go on seeing what is live. */
export const handler = step('Prepare', async ({ deployment }) => {
  const { id, pilot, environment, trigger } = deployment;
  if (trigger.kind === 'offline') return prepareOffline(deployment, trigger.page);
  const lock = await readLock(pilot, environment);
  if (trigger.kind === 'restore') {
    await settle(id, {}, { before: await trafficNow(planOf(deployment), lock), alreadyLive: false });
    return done();
  }
  const plan = trigger.kind === 'online' ? await planOfWas(deployment, lock.offline?.release) : planOf(deployment);

  const live = await trafficNow(plan, lock);
  if (trigger.kind === 'online' && live.release !== undefined && live.release !== plan.release)
    return failed('ALREADY_ONLINE', `release ${live.release} is live`);
  // What the first run saw counts: a later one may see what Shift has done since.
  const seen = { before: live, alreadyLive: live.weights[plan.release] === 100 };
  const { alreadyLive } = await settle(id, {}, seen);
  if (alreadyLive) return telling(done({ note: 'already live' }), deployment, plan);

  await recordPrepared(plan, policyOf(deployment));
  const target = await targetNamed(plan.target);
  const prepared = await target.prepare(plan, live, leaseOf(deployment));
  if (prepared.outcome === 'done') await settleAddress(id, plan, prepared.facts.url);
  return telling(prepared, deployment, plan);
});

/** What is live is what comes back later: which release that is, is read under the lock. */
async function prepareOffline(deployment: Deployment, page: string | undefined): Promise<Outcome> {
  const { id, pilot, environment } = deployment;
  const lock = await readLock(pilot, environment);
  const { before } = await settle(id, {}, { before: await trafficNow(planOf(deployment), lock), alreadyLive: false });
  const release = before?.release ?? lock.offline?.release;
  if (release === undefined) return failed('NOTHING_LIVE', 'nothing is live that could be taken offline');
  const plan = await planOfWas(deployment, release);
  const target = await targetNamed(plan.target);
  const prepared = target.prepareOffline ? await target.prepareOffline(plan, page, leaseOf(deployment)) : done();
  return telling(prepared, deployment, plan);
}

/** What Validate told may be of another release. */
function telling(outcome: Outcome, deployment: Deployment, plan: Plan): Outcome {
  if (outcome.outcome !== 'done' || deployment.facts?.release === plan.release) return outcome;
  return { ...outcome, facts: { release: plan.release, ...plan.summary, ...outcome.facts } };
}

/** Since Validate looked, another release may have gone live. */
async function planOfWas(deployment: Deployment, release: string | undefined): Promise<Plan> {
  const plan = planOf(deployment);
  if (release === undefined || release === plan.release) return plan;
  const { id, pilot, environment } = deployment;
  const kept = (await listReleases(pilot, environment)).find((one) => one.release === release);
  if (!kept) return plan;
  const { plan: was, policy } = moveOnly(kept);
  const standing = { ...was, ...(plan.stack && { stack: plan.stack }) };
  await settle(id, { plan: standing, policy });
  return standing;
}

/** Some addresses are made up with the first release: from then on the plan has it. */
async function settleAddress(id: string, plan: Plan, url: Facts[string] | undefined): Promise<void> {
  if (plan.url === '' && typeof url === 'string') await settle(id, { plan: { ...plan, url } });
}
