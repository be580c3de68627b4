import { type ForwardRule, findRule, readTag } from '../../aws/load-balancers.ts';
import type { Plan } from '../target.ts';
import { type Balancer, balancerOf } from './balancer.ts';
import { COLOURS, type Colour, otherThan } from './colours.ts';
import type { Fleet, Standing, Standings } from './fleet.ts';
import { FENCE_TAG, type Pointer, PRIORITY, pointerOf, type Running } from './pointer.ts';

/** Pointer and colours as they are at one moment. */
export interface Seen<One extends Standing = Standing> {
  balancer: Balancer;
  rule?: ForwardRule;
  pointer: Pointer;
  colours: Standings<One>;
}

/** A look at the colours and one call, and one more while the pilot is offline. */
export async function see<One extends Standing>(fleet: Fleet<One>, plan: Plan): Promise<Seen<One>> {
  const balancer = balancerOf(plan);
  const [colours, rule] = await Promise.all([fleet.see(plan), findRule(balancer.listener, PRIORITY)]);
  return { balancer, colours, ...(await pointerIn(balancer, colours, rule)) };
}

/** The pointer as it is now, with the colours as they were seen. */
export async function seePointer(plan: Plan, colours: Standings): Promise<Pick<Seen, 'rule' | 'pointer'>> {
  const balancer = balancerOf(plan);
  return pointerIn(balancer, colours, await findRule(balancer.listener, PRIORITY));
}

async function pointerIn({ listener, groups }: Balancer, colours: Standings, rule: ForwardRule | undefined) {
  const fence = rule ? 0 : Number((await readTag(listener, FENCE_TAG)) ?? 0);
  return { pointer: pointerOf(rule, groups, runningIn(colours), fence), ...(rule && { rule }) };
}

/** Which release each colour runs. */
export const runningIn = (colours: Standings): Running =>
  Object.fromEntries(
    COLOURS.flatMap((colour) => {
      const { release, isGoing } = colours[colour] ?? {};
      return release && !isGoing ? [[colour, release]] : [];
    }),
  );

/** The colour that gets nothing, for a new release; undefined when both get some, or somebody sends it elsewhere. */
export function idleColour({ live, next }: Pointer, colours: Standings, release: string): Colour | undefined {
  if (next || live?.colour === 'neither') return undefined;
  if (live) return otherThan(live.colour as Colour);
  return COLOURS.find((colour) => colours[colour]?.release === release) ?? 'blue';
}

/** The colour that runs a release; where both do, the one that has traffic. */
export function colourOf(release: string, { live, next }: Pointer, colours: Standings): Colour | undefined {
  const run = COLOURS.filter((colour) => colours[colour]?.release === release && !colours[colour]?.isGoing);
  return run.find((colour) => colour === live?.colour || colour === next?.colour) ?? run[0];
}
