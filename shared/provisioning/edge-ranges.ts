import type { Ranges } from '../edge/ranges.ts';
import { refreshRanges } from '../edge-sync/refresh.ts';
import { type Failed, failed, type Parked, parked } from '../outcome.ts';

const DEADLINE_MINUTES = 30;
const AGAIN_MS = 15_000;

/** Waits for what AWS has to answer before the stack is changed. @param since when the deployment began with it. */
export const patience = (awaits: string, since: Date): Parked =>
  parked(awaits, new Date(since.getTime() + DEADLINE_MINUTES * 60_000), new Date(Date.now() + AGAIN_MS));

/** The ranges that what a stack opens is made from. A list that cannot be read now may be in a moment; one that is not taken is not. */
export async function rangesFor(since: Date): Promise<Ranges | Parked | Failed> {
  const { problem, ranges, read } = await refreshRanges({ now: new Date() });
  if (ranges) return ranges;
  const why = problem?.message ?? 'none was read';
  if (read === 'refused') return failed('RANGES_UNKNOWN', `it is not known which addresses CloudFront has: ${why}`);
  return patience(`AWS’s list of CloudFront’s addresses (${why})`, since);
}
