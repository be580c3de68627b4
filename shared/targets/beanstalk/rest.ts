import { type Environment, terminateEnvironment } from '../../aws/beanstalk.ts';
import { type Done, done, type Failed, failed, type Parked, parked } from '../../outcome.ts';
import type { Lease, Live, Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { FENCED } from './held.ts';
import { standbyName } from './names.ts';
import { isGoing, type Seen, see } from './seen.ts';
import { endLeftOver } from './task-environments.ts';
import { troubleOf } from './trouble.ts';
import { wellnessOf } from './well.ts';

/** So long resolvers may keep what a name below elasticbeanstalk.com led to. https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.CNAMESwap.html */
export const TTL_SECONDS = 60;
/** Some keep it longer than they may, and requests that have begun have to end. */
export const KEEP_SECONDS = 30;
const LATE_SECONDS = 3600;

const after = (since: Date, seconds: number): Date => new Date(since.getTime() + seconds * 1000);

/**
 * Terminates what served before, once nobody's resolver leads there any more, and only while what serves now is
 * well: until then a swap brings the old one back. With `beanstalk.idle: keep` it stays, and its Auto
 * Scaling group makes it as small as it may be; what served while nothing was live goes in any case.
 */
export async function rest(plan: Plan, before: Live, since: Date, lease: Lease): Promise<Done | Parked | Failed> {
  const seen = await see(plan);
  const { holder, pointer } = seen;
  if (pointer.fence > lease.fence) return FENCED;
  if (!holder || pointer.live?.release !== plan.release)
    return failed('POINTER_MOVED', `${plan.release} is not live: nothing is taken down`);
  await endLeftOver(plan, seen.environments, lease);
  const idle = doomedIn(plan, before, seen);
  if (idle.length === 0) return done({ note: 'there is nothing to take down' });
  const due = after(since, TTL_SECONDS + KEEP_SECONDS);
  if (Date.now() < due.getTime())
    return parked('the old address to be forgotten by every resolver', after(due, LATE_SECONDS), due);

  const found = await wellnessOf(plan, holder);
  if (found.is !== 'well') {
    const reason = found.is === 'waiting' ? found.progress : found.reason;
    return failed('NOT_HEALTHY', `what served before is kept: ${reason}`);
  }
  if (!(await lease.holds())) return FENCED;
  for (const one of idle) {
    const busy = await terminated(one, due);
    if (busy) return busy;
  }
  return done({ terminated: idle.length });
}

const RETRY_SECONDS = 30;

/** @param due since when it could be: waiting anew makes the wait no longer. */
async function terminated(one: Environment, due: Date): Promise<Parked | undefined> {
  try {
    await terminateEnvironment(one);
    return undefined;
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble || !('passes' in trouble)) throw error;
    return parked(trouble.passes, after(due, LATE_SECONDS), after(new Date(), RETRY_SECONDS));
  }
}

function doomedIn(plan: Plan, before: Live, { environments, holder }: Seen) {
  const isKept = detailOf(plan).idle === 'keep';
  return environments.filter(
    ({ id, name, status, version }) =>
      id !== holder?.id &&
      !isGoing(status) &&
      (name === standbyName(plan) || (!isKept && (id === before.pointer || version === plan.release))),
  );
}
