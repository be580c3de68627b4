import type { Deployment } from '../../shared/ledger/deployment.ts';
import { raiseFence, readLock } from '../../shared/ledger/lock.ts';
import { beforeOf, leaseOf, planOf } from '../../shared/ledger/settled.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';

/** Gives all traffic back to what was live before. Where none had moved, what was brought up is taken down. */
export const handler = step('Rollback', async ({ deployment, publish, progress, log }) => {
  const { id, pilot, environment } = deployment;
  const { Prepare: prepare, Shift: shift, Finish: finish } = deployment.steps;
  // With Finish the rollout was over: what goes wrong later does not make a live release a failed one.
  if (finish || deployment.alreadyLive || !(prepare || shift)) return done({ rolledBack: false });

  // Under a new number, a worker of Prepare or Shift that was given up but still runs can no longer move the pointer.
  const fence = await raiseFence(pilot, environment, id);
  if (fence === undefined) return done({ rolledBack: false });

  const { kind } = deployment.trigger;
  // It moves no traffic, and what CloudFormation could not make it has undone itself.
  if (kind === 'restore') return done({ rolledBack: false });
  const isStanding = kind === 'offline' || kind === 'online';
  if (!shift) {
    // It costs money and hurts nobody where that fails: the next deployment replaces what is left.
    if (!isStanding) await stopUnserved(deployment, fence).catch((error) => log.warn('it runs on', { error }));
    return done({ rolledBack: false });
  }
  await progress(kind === 'offline' ? 'looking who gets the traffic' : 'giving the traffic back');
  const plan = planOf(deployment);
  const before = beforeOf(deployment);
  const target = await targetNamed(plan.target);
  const outcome = await target.rollback(plan, before, leaseOf(deployment, fence), isStanding);
  if (outcome.outcome !== 'done' || !outcome.facts.rolledBack) return outcome;
  // What has gone offline stays so, now under a number that no late worker has: whoever asked for it wanted it.
  if (kind === 'offline') return done({ rolledBack: false });
  await settle(id, { rolledBack: true });
  const { serving } = outcome.facts;
  await publish('RolledBack', { deployment: id, pilot, environment, serving: serving === 'nothing' ? null : serving });
  return outcome;
});

/** Takes down what was brought up and never got any traffic, but for what a pilot that is offline comes back with. */
async function stopUnserved(deployment: Deployment, fence: number): Promise<void> {
  const plan = planOf(deployment);
  const { offline } = await readLock(deployment.pilot, deployment.environment);
  if (offline?.release === plan.release) return;
  const target = await targetNamed(plan.target);
  await target.stopIdle?.(plan, leaseOf(deployment, fence));
}
