import { readLock } from '../../shared/ledger/lock.ts';
import { recordPrepared } from '../../shared/ledger/releases.ts';
import { leaseOf, planOf, policyOf } from '../../shared/ledger/settled.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { done, type Facts } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';
import type { Plan } from '../../shared/targets/target.ts';
import { trafficNow } from '../../shared/traffic.ts';

/** Brings the idle colour up with the release, while viewers go on seeing what is live. */
export const handler = step('Prepare', async ({ deployment }) => {
  const { id, pilot, environment } = deployment;
  const plan = planOf(deployment);

  const live = await trafficNow(plan, await readLock(pilot, environment));
  // What the first run saw counts: a later one may see what Shift has done since.
  const seen = { before: live, alreadyLive: live.weights[plan.release] === 100 };
  const { alreadyLive } = await settle(id, {}, seen);
  if (alreadyLive) return done({ note: 'already live' });

  await recordPrepared(plan, policyOf(deployment));
  const target = await targetNamed(plan.target);
  const prepared = await target.prepare(plan, live, leaseOf(deployment));
  if (prepared.outcome === 'done') await settleAddress(id, plan, prepared.facts.url);
  return prepared;
});

/** Some addresses are made up with the first release: from then on the plan has it. */
async function settleAddress(id: string, plan: Plan, url: Facts[string] | undefined): Promise<void> {
  if (plan.url === '' && typeof url === 'string') await settle(id, { plan: { ...plan, url } });
}
