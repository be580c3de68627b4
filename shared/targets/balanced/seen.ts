import { type ForwardRule, findRules } from '../../aws/load-balancers.ts';
import type { Live, Plan } from '../target.ts';
import { type Balancer, balancerOf } from './balancer.ts';
import { COLOURS, type Colour, otherThan } from './colours.ts';
import type { Fleet, Standing, Standings } from './fleet.ts';
import { type Pointer, pointerOf, type Running, takesAll } from './pointer.ts';

/** Pointer and colours as they are at one moment. */
export interface Seen<One extends Standing = Standing> {
  balancer: Balancer;
  /** Those that all requests meet, the first one first. */
  rules: ForwardRule[];
  pointer: Pointer;
  colours: Standings<One>;
}

/** A look at the colours, and one call. */
export async function see<One extends Standing>(fleet: Fleet<One>, plan: Plan): Promise<Seen<One>> {
  const balancer = balancerOf(plan);
  const [colours, rules] = await Promise.all([fleet.see(plan), rulesOf(balancer)]);
  return { balancer, colours, rules, pointer: pointerOf(rules, balancer.groups, runningIn(colours)) };
}

/** The pointer as it is now, with the colours as they were seen. */
export async function seePointer(plan: Plan, colours: Standings): Promise<Pointer> {
  const balancer = balancerOf(plan);
  return pointerOf(await rulesOf(balancer), balancer.groups, runningIn(colours));
}

const rulesOf = async ({ listener }: Balancer): Promise<ForwardRule[]> => (await findRules(listener)).filter(takesAll);

/** Which release each colour runs. */
export const runningIn = (colours: Standings): Running =>
  Object.fromEntries(
    COLOURS.flatMap((colour) => {
      const { release, isGoing } = colours[colour] ?? {};
      return release && !isGoing ? [[colour, release]] : [];
    }),
  );

/** The colour that gets nothing, for a new release; undefined when both get some, or somebody sends it elsewhere. */
export function idleColour({ pointer }: Pick<Live, 'pointer'>, colours: Standings, release: string) {
  if (pointer === undefined) return COLOURS.find((colour) => colours[colour]?.release === release) ?? 'blue';
  const serving = COLOURS.find((colour) => colour === pointer);
  return serving && otherThan(serving);
}

/** The colour that runs a release; where both do, the one that has traffic. */
export function colourOf(release: string, { live, next }: Pointer, colours: Standings): Colour | undefined {
  const run = COLOURS.filter((colour) => colours[colour]?.release === release && !colours[colour]?.isGoing);
  return run.find((colour) => colour === live?.colour || colour === next?.colour) ?? run[0];
}
