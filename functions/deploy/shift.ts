import { cancelledBy } from '../../shared/ending.ts';
import type { Events } from '../../shared/events.ts';
import { type Cancelled, closeCancelling } from '../../shared/ledger/cancelling.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { findDeployment } from '../../shared/ledger/deployments.ts';
import { readLock } from '../../shared/ledger/lock.ts';
import { beforeOf, leaseOf, planOf, policyOf } from '../../shared/ledger/settled.ts';
import { forgetAlarms, noteShift } from '../../shared/ledger/settling.ts';
import { done, type Failed, failed, type Outcome, type Parked, parked } from '../../shared/outcome.ts';
import { nextMove } from '../../shared/rollout.ts';
import { type Job, step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';
import type { Lease } from '../../shared/targets/target.ts';
import { trafficNow } from '../../shared/traffic.ts';
import { watch } from '../../shared/watching.ts';

/** A bake that is not looked at for this long after its end has failed. */
const LATE_HOURS = 1;
/** What is still too small so long after its turn came will not grow any more. */
const GROWING_MINUTES = 20;
const LOOK_AGAIN_SECONDS = 15;

/** Moves the traffic, one weight of the rollout after the other, with a bake after each, in which the alarms are watched. */
export const handler = step('Shift', async (job) => {
  const { deployment } = job;
  const isStill = deployment.alreadyLive || deployment.trigger.kind === 'restore';
  const outcome = isStill ? done() : await move(deployment, job);
  if (outcome.outcome !== 'done') return outcome;
  // Whoever gave it up must not see it live all the same; from here on it is too late for that.
  const cancelled = await closeCancelling(deployment.id);
  return cancelled ? cancelledBy(cancelled) : outcome;
});

const move = (deployment: Deployment, job: Told): Promise<Outcome> =>
  deployment.trigger.kind === 'offline' ? goOffline(deployment, deployment.trigger.page, job) : moveOn(deployment, job);

/** All at once. From the moment that it is announced nobody can give it up any more, and nothing takes it back. */
async function goOffline(deployment: Deployment, page: string | undefined, job: Told): Promise<Outcome> {
  const { id, pilot, environment } = deployment;
  const plan = planOf(deployment);
  const target = await targetNamed(plan.target);
  const lease = leaseOf(deployment);
  let given: Cancelled | undefined;
  const mayMove: Lease['mayMove'] = async (weights) => {
    given = await closeCancelling(id);
    return !given && lease.mayMove(weights);
  };
  const outcome = await target.offline(plan, beforeOf(deployment), page, { ...lease, mayMove });
  if (given) return cancelledBy(given);
  if (outcome.outcome === 'growing') return untilLarger(deployment, 'the traffic to move', outcome.progress);
  if (outcome.outcome === 'done')
    await job.publish('TrafficShifted', { deployment: id, pilot, environment, weights: {} });
  return outcome;
}

async function moveOn(deployment: Deployment, job: Told): Promise<Outcome> {
  if (deployment.verified !== planOf(deployment).release) {
    return failed('NOT_VERIFIED', 'the release was not verified; it gets no traffic');
  }
  if (deployment.shifted && !(await isAsLeft(deployment, deployment.shifted))) {
    return failed('POINTER_MOVED', 'somebody else moved the traffic while the release was watched');
  }
  return goOn(deployment, job);
}

type Told = Pick<Job, 'publish' | 'progress'>;

/** The next move of the rollout, and those after it, until a bake or its end; before each, and at each look, the alarms are seen to. */
async function goOn(before: Deployment, job: Told): Promise<Outcome> {
  const deployment = await watch(before, job.progress);
  if ('outcome' in deployment) return deployment;
  const { shifted } = deployment;
  const move = nextMove(policyOf(deployment).rollout, shifted, new Date());
  if (move.move === 'finished') return done();
  const urgent = shifted && (await urgentWaiting(deployment));
  if (urgent?.trigger.kind === 'offline')
    return failed('OFFLINE_ASKED', `that the pilot goes offline was asked for while it was watched: ${urgent.id}`);
  if (urgent) return failed('ROLLBACK_ASKED', `a rollback was asked for while it was watched: ${urgent.id}`);
  if (move.move === 'bake') return bake(deployment, move.until);
  const weight = await shiftTo(deployment, move.weight);
  if (typeof weight !== 'number') return weight;
  const next = await noteShift(deployment.id, weight);
  await job.publish('TrafficShifted', tellShift(next, weight));
  return goOn(next, job);
}

/**
 * Whether the traffic is where the last shift left it. A run that was cut off
 * may have moved it one weight further than was written down.
 */
async function isAsLeft(deployment: Deployment, shifted: { weight: number; at: string }): Promise<boolean> {
  const { pilot, environment } = deployment;
  const plan = planOf(deployment);
  const move = nextMove(policyOf(deployment).rollout, shifted, new Date());
  const { weights } = await trafficNow(plan, await readLock(pilot, environment));
  const weight = weights[plan.release];
  return weight === shifted.weight || (move.move === 'shift' && weight === move.weight);
}

/** A rollback that waits for our lock, or a pilot that is to go offline: neither waits until a rollout is over. */
async function urgentWaiting({ pilot, environment }: Deployment): Promise<Deployment | undefined> {
  const { waiting } = await readLock(pilot, environment);
  const next = waiting === undefined ? undefined : await findDeployment(waiting);
  const isUrgent = next?.trigger.kind === 'rollback' || next?.trigger.kind === 'offline';
  return isUrgent && !next.finishedAt ? next : undefined;
}

function bake({ shifted }: Deployment, until: Date): Outcome {
  const deadline = new Date(until.getTime() + LATE_HOURS * 3_600_000);
  return parked(`the bake at ${shifted?.weight} % to end`, deadline, until);
}

/** @returns the percentage that the release has now. */
async function shiftTo(deployment: Deployment, asked: number): Promise<number | Parked | Failed> {
  const plan = planOf(deployment);
  const before = beforeOf(deployment);
  // With nothing live there is nobody to share the traffic with.
  const weight = before.release ? asked : 100;
  const target = await targetNamed(plan.target);
  const outcome = await target.shift(plan, before, weight, leaseOf(deployment));
  if (outcome.outcome === 'growing') {
    // What goes off before the release has a share, as it grows, is none of its doing.
    if (!outcome.moving && !deployment.shifted) await forgetAlarms(deployment.id);
    return untilLarger(deployment, 'the release to grow', outcome.progress);
  }
  return outcome.outcome === 'done' ? outcome.facts.weight : outcome;
}

/** Until the release can bear its next weight. Its time runs from when that weight's turn came: waiting anew makes it no longer. */
function untilLarger(deployment: Deployment, awaits: string, progress: string): Parked {
  const { shifted, steps } = deployment;
  const now = Date.now();
  const turn = shifted
    ? Date.parse(shifted.at) + policyOf(deployment).rollout.bake * 1000
    : Date.parse(steps.Shift ?? new Date(now).toISOString());
  const deadline = new Date(turn + GROWING_MINUTES * 60_000);
  return parked(`${awaits}: ${progress}`, deadline, new Date(now + LOOK_AGAIN_SECONDS * 1000));
}

function tellShift(deployment: Deployment, weight: number): Events['TrafficShifted'] {
  const { id, pilot, environment } = deployment;
  const before = beforeOf(deployment);
  const weights = {
    ...(before.release && weight < 100 && { [before.release]: 100 - weight }),
    [planOf(deployment).release]: weight,
  };
  return { deployment: id, pilot, environment, weights };
}
