import { concludedAs, endingOf } from '../../shared/ending.ts';
import { isRemoval, isStanding } from '../../shared/events.ts';
import { endDeployment } from '../../shared/ledger/course.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { knownDeployment } from '../../shared/ledger/deployments.ts';
import { type Lock, leaveLock, notOwned, readLock } from '../../shared/ledger/lock.ts';
import { listReleases, releaseLive } from '../../shared/ledger/releases.ts';
import type { Log } from '../../shared/log.ts';
import { offlineAfter, staysOffline } from '../../shared/offline.ts';
import { type StepFailure, step } from '../../shared/step.ts';
import type { Live } from '../../shared/targets/target.ts';
import { trafficNow } from '../../shared/traffic.ts';

/**
 * Writes the terminal record and frees the lock in one transaction, tells
 * everybody, and wakes whoever waits. Run again, it only tells again.
 */
export const handler = step('Unlock', async ({ deployment, failure, log }) => {
  if (isBuilding(deployment)) await endBuild(deployment, log);
  const ended = deployment.finishedAt ? deployment : await end(deployment, failure, log);
  const { tellEnd } = await import('../../shared/telling.ts');
  await tellEnd(ended);
  return concludedAs(ended);
});

const isBuilding = ({ build, plan, steps, finishedAt }: Deployment): boolean =>
  build !== undefined && plan === undefined && steps.Build !== undefined && finishedAt === undefined;

/** Nobody waits for it any more. One that cannot be stopped ends by its own timeout. */
async function endBuild(deployment: Deployment, log: Log): Promise<void> {
  try {
    const { stopBuilding } = await import('../../shared/building/stop.ts');
    await stopBuilding(deployment);
  } catch (error) {
    if (Date.now() - Date.parse(String(deployment.steps.Unlock)) < PATIENCE_SECONDS * 1000) throw error;
    log.error('the build could not be stopped', { error });
  }
}

async function end(running: Deployment, failure: StepFailure | undefined, log: Log): Promise<Deployment> {
  const { id, pilot, environment, plan, policy } = running;
  const lock = await readLock(pilot, environment);
  const found = endingOf(running, failure, await liveOf(running, lock, log));
  const offline = offlineAfter(running, found, lock, new Date());
  const ending = found.serving === null && staysOffline(lock, offline) ? { ...found, offline: true as const } : found;
  const leaving = leaveLock(pilot, environment, id, lock, offline);
  const isLive = ending.status === 'succeeded' && !isStanding(running.trigger);
  const live = isLive && plan && policy ? releaseLive(plan, policy) : [];
  if (!(await endDeployment(id, ending, [leaving ?? notOwned(pilot, environment, id), ...live]))) {
    throw new Error('the lock changed while it was read');
  }
  return knownDeployment(id);
}

/** How long the end waits for what cannot be read or stopped: a lock that is held keeps others waiting. */
const PATIENCE_SECONDS = 60;

/** Of a pilot that never had a release. */
const NOTHING_LIVE: Live = { weights: {}, fence: 0 };

/** What the pointer says now, if it can be read; one that never came to Prepare asks the way an earlier release would. */
async function liveOf(
  { plan, before, steps, pilot, environment, trigger }: Deployment,
  lock: Lock,
  log: Log,
): Promise<Live | undefined> {
  // Of what is taken down by halves the pointer says nothing that anybody could rely on.
  if (isRemoval(trigger) && steps.Withdraw) return steps.RemoveStack ? NOTHING_LIVE : undefined;
  const known = before ? plan : (await listReleases(pilot, environment))[0]?.plan;
  if (!known) return NOTHING_LIVE;
  try {
    return await trafficNow(known, lock);
  } catch (error) {
    if (Date.now() - Date.parse(String(steps.Unlock)) < PATIENCE_SECONDS * 1000) throw error;
    log.error('the pointer could not be read; what serves is told from what was done', { error });
    return undefined;
  }
}
