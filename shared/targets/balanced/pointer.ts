import type { ForwardRule, RuleContent } from '../../aws/load-balancers.ts';
import { MAINTENANCE } from '../../maintenance.ts';
import type { Live } from '../target.ts';
import type { Balancer } from './balancer.ts';
import { COLOURS, type Colour, otherThan } from './colours.ts';

/**
 * What the live rule says: which colour gets how much, and who wrote that. A
 * load balancer knows no condition for a write, and an answer that was given up may still
 * have an effect. So every fence has a rule of its own, which is met before those of
 * all lower ones: what an older lease writes, however late, no request meets. Fence
 * and direction stand among the paths as well, where they change nothing, since `/*`
 * matches all: `/.pilotage/12/green` was written under fence 12 by the deployment
 * that gives traffic to green.
 *
 * While the pilot is offline the rule answers with a page; before the first
 * release there is none, and the listener itself does.
 */
export interface Pointer {
  /** A pointer with a higher fence than yours was written after you lost the lock: leave it. */
  fence: number;
  /** Absent while the pilot is offline. */
  live?: Arm;
  /** `weight`: percent of the requests, above 0 and below 100. */
  next?: Arm & { weight: number };
  /** What visitors see while the pilot is offline, where that is not the usual page. */
  page?: string;
}

export interface Arm {
  /** `neither`: somebody sends the traffic elsewhere. */
  colour: Colour | 'neither';
  release: string;
}

/** Numbers of the rules go down from here; the template's standby rule has the last place. */
const LAST = 49_999;

/** The place of a fence's rule. One that has no place of its own any more shares the first with its successors. */
export const priorityUnder = (fence: number): number => Math.max(1, LAST - fence);

const ALL = '/*';
const MARK = /^\/\.pilotage\/(\d{1,15})\/(blue|green|offline)$/;

/** What somebody else has set by hand is told as a release of this name. */
export const ELSEWHERE = 'something else';
/** And where what should run was deleted, as one of this. */
export const GONE = 'what was deleted';

/** Which release each colour runs; none where nothing stands. */
export type Running = Partial<Record<Colour, string>>;

/** @param rules that all requests meet, the first one first; what is not Pilotage's among them may be met before it. */
export function pointerOf(rules: readonly ForwardRule[], groups: Balancer['groups'], running: Running): Pointer {
  const [rule] = rules;
  const fence = Number(rules.map(markOf).find((mark) => mark)?.fence ?? 0);
  if (!rule) return { fence };
  const towards = markOf(rule)?.towards;
  const total = Object.values(rule.weights).reduce((sum, weight) => sum + weight, 0);
  const percent = (colour: Colour) => (100 * (rule.weights[groups[colour]] ?? 0)) / total;
  if (towards === 'offline' && total === 0) return { fence, ...pageIn(rule) };
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

const pageIn = ({ page }: ForwardRule): Pick<Pointer, 'page'> =>
  page === undefined || page === MAINTENANCE ? {} : { page };

function markOf({ paths }: Pick<ForwardRule, 'paths'>): { fence: string; towards: string } | undefined {
  const [, fence, towards] = paths.map((path) => MARK.exec(path)).find((mark) => mark) ?? [];
  return fence && towards ? { fence, towards } : undefined;
}

export const isMarked = (rule: ForwardRule): boolean => markOf(rule) !== undefined;

/** Whether every request meets it that no other rule has answered. */
export const takesAll = ({ paths }: ForwardRule): boolean => paths.includes(ALL);

/** The rule that says this. @throws for traffic that somebody sends elsewhere: nobody can write that anew. */
export function ruleOf({ fence, live, next, page = MAINTENANCE }: Pointer, groups: Balancer['groups']): RuleContent {
  const marked = (towards: string) => [ALL, `/.pilotage/${fence}/${towards}`];
  if (!live) return { paths: marked('offline'), page };
  if (live.colour === 'neither') throw new Error('traffic that somebody else sends elsewhere is not written');
  const weights = { [live.colour]: 100 - (next?.weight ?? 0), ...(next && { [next.colour]: next.weight }) };
  return {
    paths: marked(next?.colour ?? live.colour),
    // Both are always named: a rule's group is looked at even while it gets nothing.
    weights: Object.fromEntries(COLOURS.map((colour) => [groups[colour], weights[colour] ?? 0])),
  };
}

/** Who gets the traffic, as every target tells it; the text is the colour that serves. */
export function liveOf({ fence, live, next, page }: Pointer): Live {
  if (!live) return { weights: {}, fence, ...(page !== undefined && { page }) };
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
