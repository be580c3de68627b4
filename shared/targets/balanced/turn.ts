import { type Failed, failed } from '../../outcome.ts';
import type { Lease, Live, Plan } from '../target.ts';
import { COLOURS, type Colour, otherThan } from './colours.ts';
import type { Limits, Standing, Standings } from './fleet.ts';
import { colourIn, GONE } from './pointer.ts';
import { idleColour } from './seen.ts';

/** What Prepare has to do: watch a colour that is being brought up, or bring the idle one up. `wanted`: how many are to run. */
export type Turn<One extends Standing> =
  | { turn: 'watch'; standing: One; wanted: number }
  | { turn: 'bring up'; idle: Colour; wanted: number }
  | { turn: 'live is gone'; colour: Colour }
  | Failed;

/** By what is there, so that Prepare goes on where it was cut off. The colour that serves is read and never changed. */
export function turnOf<One extends Standing>(
  plan: Plan,
  live: Live,
  colours: Standings<One>,
  limits: Limits,
  lease: Lease,
): Turn<One> {
  const served = colourIn(live.pointer);
  const wanted = wantedCount(limits, served && colours[served]);
  const standing = COLOURS.map((colour) => colours[colour]).find(
    (one) => one && one.colour !== served && isUp(one, plan),
  );
  if (standing) return { turn: 'watch', standing, wanted };
  if (live.fence > lease.fence) return failed('FENCED', 'a newer deployment holds the pointer');
  const idle = idleColour(live, colours, plan.release);
  if (!idle)
    return failed('NO_IDLE_COLOUR', 'both colours get traffic, or somebody sends it elsewhere: roll back first');
  return live.release === GONE ? { turn: 'live is gone', colour: otherThan(idle) } : { turn: 'bring up', idle, wanted };
}

const isUp = ({ release, desired, isGoing }: Standing, plan: Plan): boolean =>
  release === plan.release && desired > 0 && !isGoing;

/** As many as serve now, within the manifest's limits. */
const wantedCount = ({ min, max }: Limits, serving: Standing | undefined): number =>
  Math.min(max, Math.max(min, serving?.desired ?? 0));

/** The colour that is to run a release: where both do, the one that has any. */
export function colourWith<One extends Standing>(colours: Standings<One>, release: string): One | undefined {
  const run = COLOURS.map((colour) => colours[colour]).filter((one) => one?.release === release);
  return run.find((one) => one && one.desired > 0) ?? run[0];
}
