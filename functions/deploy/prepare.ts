import { readLock } from '../../shared/ledger/lock.ts';
import { recordPrepared } from '../../shared/ledger/releases.ts';
import { leaseOf, planOf, policyOf } from '../../shared/ledger/settled.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';
import { trafficNow } from '../../shared/traffic.ts';

/** Brings the idle colour up with the release, while viewers go on seeing what is live. */
export const handler = step('Prepare', async ({ deployment }) => {
  const { id, pilot, environment } = deployment;
  const plan = planOf(deployment);

  const live = await trafficNow(plan, await readLock(pilot, environment));
  // What the first run saw counts: a later one may see what Shift has done since.
  const seen = { before: live, alreadyLive: live.weights[plan.release] === 100 };
  const { before = live, alreadyLive } = await settle(id, {}, seen);
  if (alreadyLive) return done({ note: 'already live' });

  await recordPrepared(plan, policyOf(deployment));
  const target = await targetNamed(plan.target);
  return target.prepare(plan, before, leaseOf(deployment));
});
