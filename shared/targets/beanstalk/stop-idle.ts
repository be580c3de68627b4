import { terminateEnvironment } from '../../aws/beanstalk.ts';
import type { Lease, Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { isGoing, see } from './seen.ts';

/**
 * Terminates what runs a release that failed before it got any traffic; its logs stay. With `beanstalk.idle: keep` it stays
 * too, to be looked at: the next deployment replaces it.
 */
export async function stopIdle(plan: Plan, lease: Lease): Promise<void> {
  if (detailOf(plan).idle === 'keep') return;
  const { environments, holder, pointer } = await see(plan);
  if (!holder || pointer.fence > lease.fence) return;
  const doomed = environments.filter(
    ({ id, version, status }) => id !== holder.id && version === plan.release && !isGoing(status),
  );
  for (const one of doomed) if (await lease.holds()) await terminateEnvironment(one);
}
