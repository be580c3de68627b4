import { type Failed, failed } from '../outcome.ts';
import type { Lease, Live } from './target.ts';

/** What a pointer says, whatever kind of target it is of; an arm tells how a release is served. */
export interface Pointing<Arm> {
  /** A pointer with a higher fence than yours was written after you lost the lock: leave it. */
  fence: number;
  /** Absent while the pilot is offline. */
  live?: Arm;
  /** `weight`: percent, above 0 and below 100. */
  next?: Arm & { weight: number };
  /** What visitors see while nothing is live, where that is not the usual page; as the target says it. */
  page?: string;
}

/** What to do about a pointer: write this one, or leave it; `held` when it is a newer deployment's. */
export type Move<Pointer> = { write: Pointer } | { leave: Pointer } | 'held' | Failed;

type Released = { release: string };

/**
 * Gives `arm` its share. Never lowers the share that it has: a late repetition
 * must not undo what came after it. Stops when the traffic is not where `before`
 * says that it was. What another deployment wrote is written anew even when it says
 * what is wanted: the read may be an old one, and the write finds that out.
 */
export function shiftMove<Arm extends Released>(
  seen: Pointing<Arm>,
  arm: Arm,
  before: Live,
  weight: number,
  { fence }: Pick<Lease, 'fence'>,
): Move<Pointing<Arm>> {
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
 * @param was how that was served; undefined when nothing was, or it is not known.
 */
export function rollbackMove<Arm extends Released>(
  seen: Pointing<Arm>,
  release: string,
  before: Pick<Live, 'release' | 'page'>,
  was: Arm | undefined,
  { fence }: Pick<Lease, 'fence'>,
): Move<Pointing<Arm>> {
  if (seen.fence > fence) return 'held';
  const hasShare = [seen.live, seen.next].some((one) => one?.release === release);
  if (hasShare && before.release !== undefined && !was)
    return failed('POINTER_UNKNOWN', `how ${before.release} was served is not known`);
  const live = hasShare ? was : seen.live;
  return { write: live ? { fence, live } : offlineUnder(fence, hasShare ? before.page : seen.page) };
}

/** Takes all traffic away, where it is still as `before` says. */
export function offlineMove<Arm extends Released>(
  seen: Pointing<Arm>,
  before: Pick<Live, 'release'>,
  page: string | undefined,
  { fence }: Pick<Lease, 'fence'>,
): Move<Pointing<Arm>> {
  if (seen.fence > fence) return 'held';
  if (seen.live && seen.live.release !== before.release)
    return failed('POINTER_MOVED', `${before.release ?? 'nothing'} was live, now it is ${seen.live.release}`);
  const isThere = !seen.live && seen.fence === fence && seen.page === page;
  return isThere ? { leave: seen } : { write: offlineUnder(fence, page) };
}

const offlineUnder = (fence: number, page: string | undefined) => ({ fence, ...(page !== undefined && { page }) });
