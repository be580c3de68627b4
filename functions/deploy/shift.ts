import { publish } from '../../shared/aws/bus.ts';
import { type Deployment, settle } from '../../shared/ledger/deployments.ts';
import { beforeOf, leaseOf, planOf, policyOf } from '../../shared/ledger/settled.ts';
import { done, failed, type Outcome, parked } from '../../shared/outcome.ts';
import { nextMove } from '../../shared/rollout.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';

/** A bake that is not looked at for this long after its end has failed. */
const LATE_HOURS = 1;

/** Moves the traffic, one weight of the rollout after the other, with a bake after each. */
export const handler = step('Shift', async ({ deployment }) => {
  if (deployment.alreadyLive) return done();
  if (deployment.verified !== planOf(deployment).release) {
    return failed('NOT_VERIFIED', 'the release was not verified; it gets no traffic');
  }
  return shiftOn(deployment);
});

async function shiftOn(deployment: Deployment): Promise<Outcome> {
  const { rollout } = policyOf(deployment);
  const move = nextMove(rollout, deployment.shifted, new Date());
  if (move.move === 'shift') return shiftTo(deployment, move.weight);
  if (deployment.shifted && !(await holds(deployment, deployment.shifted.weight))) {
    return failed('POINTER_MOVED', 'somebody else moved the traffic while the release was watched');
  }
  if (move.move === 'finished') return done({ weight: 100 });
  const late = new Date(move.until.getTime() + LATE_HOURS * 3_600_000);
  return parked(`the bake at ${deployment.shifted?.weight} % to end`, late, move.until);
}

async function shiftTo(deployment: Deployment, asked: number): Promise<Outcome> {
  const plan = planOf(deployment);
  const before = beforeOf(deployment);
  // With nothing live there is nobody to share the traffic with.
  const weight = before.release ? asked : 100;
  const target = await targetNamed(plan.target);
  const outcome = await target.shift(plan, before, weight, leaseOf(deployment));
  if (outcome.outcome !== 'done') return outcome;

  const { id, pilot, environment } = deployment;
  const weights = { ...(before.release && weight < 100 && { [before.release]: 100 - weight }), [plan.release]: weight };
  const shifted = await settle(id, { shifted: { weight, at: new Date().toISOString() } });
  await publish('TrafficShifted', { deployment: id, pilot, environment, weights });
  return shiftOn(shifted);
}

async function holds(deployment: Deployment, weight: number): Promise<boolean> {
  const plan = planOf(deployment);
  const target = await targetNamed(plan.target);
  const live = await target.live(plan);
  return live.weights[plan.release] === weight;
}
