import { raiseFence } from '../../shared/ledger/lock.ts';
import { beforeOf, leaseOf, planOf } from '../../shared/ledger/settled.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';

/** Gives all traffic back to what was live before. Where none had moved, there is nothing to do. */
export const handler = step('Rollback', async ({ deployment, publish, progress }) => {
  const { id, pilot, environment } = deployment;
  const { Shift: shift, Finish: finish } = deployment.steps;
  // With Finish the rollout was over: what goes wrong later does not make a live release a failed one.
  if (!shift || finish || deployment.alreadyLive) return done({ rolledBack: false });

  // Under a new number, a worker of Shift that was given up but still runs can no longer move the pointer.
  const fence = await raiseFence(pilot, environment, id);
  if (fence === undefined) return done({ rolledBack: false });

  await progress('giving the traffic back');
  const plan = planOf(deployment);
  const before = beforeOf(deployment);
  const target = await targetNamed(plan.target);
  const outcome = await target.rollback(plan, before, leaseOf(deployment, fence));
  if (outcome.outcome !== 'done' || !outcome.facts.rolledBack) return outcome;
  await settle(id, { rolledBack: true });
  const { serving } = outcome.facts;
  await publish('RolledBack', { deployment: id, pilot, environment, serving: serving === 'nothing' ? null : serving });
  return outcome;
});
