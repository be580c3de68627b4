import { type ForwardRule, findRule, readTag } from '../../aws/load-balancers.ts';
import type { Plan } from '../target.ts';
import { COLOURS, type Colour, otherThan } from './names.ts';
import { FENCE_TAG, type Pointer, PRIORITY, pointerOf } from './pointer.ts';
import { type Colours, runningIn, seeServices } from './services.ts';
import { type Stack, stackOf } from './stack.ts';

/** Pointer and services as they are at one moment. */
export interface Seen {
  stack: Stack;
  rule?: ForwardRule;
  pointer: Pointer;
  colours: Colours;
}

/** Two calls, and one more while the pilot is offline. */
export async function see(plan: Plan): Promise<Seen> {
  const stack = stackOf(plan);
  const [colours, rule] = await Promise.all([seeServices(plan, stack), findRule(stack.listener, PRIORITY)]);
  return { stack, colours, ...(await pointerIn(stack, colours, rule)) };
}

/** The pointer as it is now, with the services as they were seen. */
export const seePointer = async (stack: Stack, colours: Colours): Promise<Pick<Seen, 'rule' | 'pointer'>> =>
  pointerIn(stack, colours, await findRule(stack.listener, PRIORITY));

async function pointerIn(stack: Stack, colours: Colours, rule: ForwardRule | undefined) {
  const fence = rule ? 0 : Number((await readTag(stack.listener, FENCE_TAG)) ?? 0);
  return { pointer: pointerOf(rule, stack.groups, runningIn(colours), fence), ...(rule && { rule }) };
}

/** The colour that gets nothing, for a new release; undefined when both get some, or somebody sends it elsewhere. */
export function idleColour({ live, next }: Pointer, colours: Colours, release: string): Colour | undefined {
  if (next || live?.colour === 'neither') return undefined;
  if (live) return otherThan(live.colour as Colour);
  return COLOURS.find((colour) => colours[colour]?.release === release) ?? 'blue';
}

/** The colour that runs a release; where both do, the one that has traffic. */
export function colourOf(release: string, { live, next }: Pointer, colours: Colours): Colour | undefined {
  const run = COLOURS.filter((colour) => colours[colour]?.release === release && !colours[colour]?.isGoing);
  return run.find((colour) => colour === live?.colour || colour === next?.colour) ?? run[0];
}
