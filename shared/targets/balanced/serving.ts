import { type Failed, failed } from '../../outcome.ts';
import type { Lease, Plan } from '../target.ts';
import type { Standings } from './fleet.ts';
import { ELSEWHERE, weightsOf } from './pointer.ts';
import { seePointer } from './seen.ts';

/** Why none of these releases may be removed now: one of them gets traffic, or a newer deployment is at work. */
export async function stillServing(
  plan: Plan,
  colours: Standings,
  releases: string[],
  lease: Lease,
): Promise<Failed | undefined> {
  const pointer = await seePointer(plan, colours);
  if (pointer.fence > lease.fence) return failed('FENCED', 'a newer deployment holds the pointer');
  const weights = weightsOf(pointer);
  const serving = releases.filter((release) => release in weights);
  if (serving.length > 0) return failed('RELEASE_LIVE', `${serving.join(', ')} gets traffic and cannot be removed`);
  return pointer.live?.release === ELSEWHERE
    ? failed('POINTER_MOVED', 'somebody sends the traffic elsewhere: nothing is removed')
    : undefined;
}
