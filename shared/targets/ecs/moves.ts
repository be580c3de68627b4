import { type Failed, failed } from '../../outcome.ts';
import type { Lease, Live } from '../target.ts';
import type { Colour } from './names.ts';
import { type Arm, colourIn, type Pointer } from './pointer.ts';

/** What to do about a pointer: write this one, or leave it; `held` when it is a newer deployment's. */
export type Move = { write: Pointer } | { leave: Pointer } | 'held' | Failed;

/**
 * Gives `arm` its share. Never lowers the share that it has: a late repetition
 * must not undo what came after it. Stops when the traffic is not where `before`
 * says that it was. What another deployment wrote is written anew even when it says
 * what is wanted: so that it carries this one's fence.
 */
export function shiftMove(
  seen: Pointer,
  arm: Arm & { colour: Colour },
  before: Live,
  weight: number,
  { fence }: Pick<Lease, 'fence'>,
): Move {
  if (seen.fence > fence) return 'held';
  const { live, next } = seen;
  const whole = { write: { fence, live: arm } };
  if (live?.release === arm.release) return next || seen.fence < fence ? whole : { leave: seen };
  if (live?.release !== before.release)
    return failed('POINTER_MOVED', `${before.release ?? 'nothing'} was live, now it is ${live?.release ?? 'nothing'}`);
  if (!live || weight >= 100) return whole;

  const has = next?.release === arm.release && seen.fence === fence ? next.weight : 0;
  return has >= weight ? { leave: seen } : { write: { fence, live, next: { ...arm, weight } } };
}

/**
 * Gives all traffic of `release` back to what was live before, or takes the pilot
 * offline when nothing was; where it has none, somebody else has moved it, and it
 * stays. Under this lease's fence, so that a worker of an older one that still
 * runs cannot move it again.
 */
export function rollbackMove(seen: Pointer, release: string, before: Live, { fence }: Pick<Lease, 'fence'>): Move {
  if (seen.fence > fence) return 'held';
  const hasShare = [seen.live, seen.next].some((one) => one?.release === release);
  const { release: was } = before;
  const colour = colourIn(before.pointer);
  if (hasShare && was !== undefined && !colour) return failed('POINTER_UNKNOWN', `how ${was} was served is not known`);
  const blue = was !== undefined && colour ? { release: was, colour } : undefined;
  const live = hasShare ? blue : seen.live;
  // What somebody sends elsewhere by hand cannot be written anew.
  if (live?.colour === 'neither') return { leave: seen };
  const back: Pointer = { fence, ...(live && { live }) };
  return isSame(seen, back) ? { leave: seen } : { write: back };
}

export const isSame = (one: Pointer, other: Pointer): boolean =>
  one.fence === other.fence &&
  one.live?.colour === other.live?.colour &&
  one.next?.colour === other.next?.colour &&
  one.next?.weight === other.next?.weight;
