import { targetStates } from '../../aws/load-balancers.ts';
import { COLOURS } from '../balanced/colours.ts';
import type { Look, Plan } from '../target.ts';
import { seeGroups } from './groups.ts';
import { stackOf } from './stack.ts';
import { isWorthAsking, wellness } from './well.ts';

/** Whether a colour runs the release and could take traffic. */
export async function look(plan: Plan): Promise<Look> {
  const stack = stackOf(plan);
  const colours = await seeGroups(plan, stack);
  const run = COLOURS.map((colour) => colours[colour]).filter((seen) => seen?.release === plan.release);
  // Where both run it, the one that has instances.
  const seen = run.find((one) => one && one.desired > 0) ?? run[0];
  if (!seen || seen.isGoing) return { state: 'waiting', progress: 'no group runs it yet' };
  const targets = isWorthAsking(seen) ? await targetStates(stack.groups[seen.colour]) : undefined;
  const found = wellness(seen, targets);
  return found.well ? { state: 'ready' } : { state: 'waiting', progress: found.progress };
}
