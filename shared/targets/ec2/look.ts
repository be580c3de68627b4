import { targetStates } from '../../aws/load-balancers.ts';
import { colourWith } from '../balanced/turn.ts';
import { isWorthAsking } from '../balanced/well.ts';
import type { Look, Plan } from '../target.ts';
import { seeGroups } from './groups.ts';
import { stackOf } from './stack.ts';
import { wellness } from './well.ts';

/** Whether a colour runs the release and could take traffic. */
export async function look(plan: Plan): Promise<Look> {
  const stack = stackOf(plan);
  const colours = await seeGroups(plan, stack);
  const seen = colourWith(colours, plan.release);
  if (!seen || seen.isGoing) return { state: 'waiting', progress: 'no group runs it yet' };
  const targets = isWorthAsking(seen) ? await targetStates(stack.groups[seen.colour]) : undefined;
  const found = wellness(seen, targets);
  return found.well ? { state: 'ready' } : { state: 'waiting', progress: found.progress };
}
