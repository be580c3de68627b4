import type { ForwardRule } from '../../aws/load-balancers.ts';
import type { Live } from '../target.ts';
import type { Balancer } from './balancer.ts';
import { COLOURS, type Colour, otherThan } from './colours.ts';

/**
 * What the live rule says: which colour gets how much, and who wrote that. A
 * load balancer changes a rule's paths and weights in one write, and no tag with
 * them; so fence and direction stand among the paths, where they change nothing,
 * since `/*` matches all: `/.pilotage/12/green` was written under fence 12 by the
 * deployment that gives traffic to green.
 *
 * While nothing is live there is no rule, and the fence is a tag of the listener,
 * which outlives all rules.
 */
export interface Pointer {
  /** A pointer with a higher fence than yours was written after you lost the lock: leave it. */
  fence: number;
  /** Absent while the pilot is offline. */
  live?: Arm;
  /** `weight`: percent of the requests, above 0 and below 100. */
  next?: Arm & { weight: number };
}

export interface Arm {
  /** `neither`: somebody sends the traffic elsewhere. */
  colour: Colour | 'neither';
  release: string;
}

/** The live rule's; the standby rule of the template has the last one. */
export const PRIORITY = 1;
export const FENCE_TAG = 'pilotage:fence';

const ALL = '/*';
const MARK = /^\/\.pilotage\/(\d{1,15})\/(blue|green)$/;

/** What somebody else has set by hand is told as a release of this name. */
export const ELSEWHERE = 'something else';
/** And where what should run was deleted, as one of this. */
export const GONE = 'what was deleted';

/** Which release each colour runs; none where nothing stands. */
export type Running = Partial<Record<Colour, string>>;

/** @param offlineFence the listener's tag; it counts where there is no rule. */
export function pointerOf(
  rule: ForwardRule | undefined,
  groups: Balancer['groups'],
  running: Running,
  offlineFence: number,
): Pointer {
  if (!rule) return { fence: offlineFence };
  const [, digits, towards] = rule.paths.map((path) => MARK.exec(path)).find((mark) => mark) ?? [];
  const fence = Number(digits ?? 0);
  const total = Object.values(rule.weights).reduce((sum, weight) => sum + weight, 0);
  const percent = (colour: Colour) => (100 * (rule.weights[groups[colour]] ?? 0)) / total;
  const isOurs = total > 0 && Math.round(percent('blue') + percent('green')) === 100;
  if (!isOurs) return { fence, live: { colour: 'neither', release: ELSEWHERE } };

  const arm = (colour: Colour): Arm => ({ colour, release: running[colour] ?? GONE });
  const whole = COLOURS.find((colour) => percent(colour) === 100);
  if (whole) return { fence, live: arm(whole) };
  const heavier = percent('green') > percent('blue') ? 'green' : 'blue';
  const to = towards === 'blue' || towards === 'green' ? towards : otherThan(heavier);
  const weight = Math.min(99, Math.max(1, Math.round(percent(to))));
  return { fence, live: arm(otherThan(to)), next: { ...arm(to), weight } };
}

/** The rule that says this; only while something is live there is one. */
export function ruleOf(pointer: Pointer, groups: Balancer['groups']): Omit<ForwardRule, 'arn'> | undefined {
  const { fence, live, next } = pointer;
  if (!live || live.colour === 'neither') return undefined;
  const towards = next?.colour ?? live.colour;
  const weights = { [live.colour]: 100 - (next?.weight ?? 0), ...(next && { [next.colour]: next.weight }) };
  return {
    paths: [ALL, `/.pilotage/${fence}/${towards}`],
    // Both are always named: a rule's group is looked at even while it gets nothing.
    weights: Object.fromEntries(COLOURS.map((colour) => [groups[colour], weights[colour] ?? 0])),
  };
}

/** Who gets the traffic, as every target tells it; the text is the colour that serves. */
export function liveOf({ fence, live, next }: Pointer): Live {
  if (!live) return { weights: {}, fence };
  return {
    release: live.release,
    weights: weightsOf({ live, ...(next && { next }) }),
    fence,
    pointer: next ? `${live.colour} while ${next.colour} has ${next.weight} percent` : live.colour,
  };
}

export function weightsOf({ live, next }: Pick<Pointer, 'live' | 'next'>): Live['weights'] {
  if (!live) return {};
  if (!next || next.release === live.release) return { [live.release]: 100 };
  return { [live.release]: 100 - next.weight, [next.release]: next.weight };
}

/** The colour that a pointer's text names; undefined where it was of no colour. */
export function colourIn(pointer: string | undefined): Colour | undefined {
  const [word] = pointer?.split(' ') ?? [];
  return COLOURS.find((colour) => colour === word);
}
