import { type Done, done, type Failed, failed } from '../../outcome.ts';
import type { Lease, Live, Shifted } from '../target.ts';
import { type Arm, decodePointer, encodePointer, type Pointer } from './pointer.ts';

/** What to do about a pointer: write this one, or nothing more. */
export type Move<End extends Done = Done> = { write: Pointer } | End | Failed;

const HELD = 'a newer deployment holds the pointer';
export const FENCED = failed('FENCED', HELD);
/** For a rollback that is no failure: who holds it now has brought it to where it should be. */
export const LEFT_ALONE = done({ note: HELD });

/**
 * Gives `arm` its share. Never lowers the share that it has: a late repetition
 * must not undo what came after it. Stops when the traffic is not where `before`
 * says that it was.
 */
export function shiftMove(
  seen: Pointer,
  arm: Arm,
  before: Live,
  weight: number,
  { fence }: Pick<Lease, 'fence'>,
): Move<Shifted> {
  if (seen.fence > fence) return FENCED;
  const { live, next } = seen;
  const whole = { write: { fence, live: arm } };
  if (live?.release === arm.release) return next ? whole : done({ weight: 100 });
  if (live?.release !== before.release) {
    return failed('POINTER_MOVED', `${before.release ?? 'nothing'} was live, now it is ${live?.release ?? 'nothing'}`);
  }
  if (!live || weight >= 100) return whole;

  const has = next?.release === arm.release && seen.fence === fence ? next.weight : 0;
  return has >= weight ? done({ weight: has }) : { write: { fence, live, next: { ...arm, weight } } };
}

/**
 * Gives all traffic of `arm` back to what was live before, or takes the site offline
 * when nothing was; where `arm` has none, somebody else has moved it, and it stays.
 * Under this lease's fence, so that a worker of an older one that still runs cannot
 * move it again.
 */
export function rollbackMove(seen: Pointer, arm: Arm, before: Live, { fence }: Pick<Lease, 'fence'>): Move {
  if (seen.fence > fence) return LEFT_ALONE;
  const hasShare = [seen.live, seen.next].some((one) => one?.release === arm.release);
  const was = before.pointer === undefined ? undefined : decodePointer(before.pointer);
  const blue = was && 'fence' in was ? was.live : undefined;
  if (hasShare && before.release && !blue)
    return failed('POINTER_UNKNOWN', `how ${before.release} was served is not known`);
  const live = hasShare ? blue : seen.live;
  const back: Pointer = { fence, ...(live && { live }) };
  return encodePointer(seen) === encodePointer(back) ? done({ serving: live?.release ?? 'nothing' }) : { write: back };
}
