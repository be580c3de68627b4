import { setting } from '../aws/config.ts';
import type { Ranges, Service } from '../edge/ranges.ts';
import { refreshRanges } from '../edge-sync/refresh.ts';
import { noSuchService } from '../edge-sync/trouble.ts';
import { type Failed, failed, type Parked, parked, type Refused, refused } from '../outcome.ts';

const DEADLINE_MINUTES = 30;
const AGAIN_MS = 15_000;

/** Waits for what AWS has to answer before the stack is changed. @param since when the deployment began with it. */
export const patience = (awaits: string, since: Date): Parked =>
  parked(awaits, new Date(since.getTime() + DEADLINE_MINUTES * 60_000), new Date(Date.now() + AGAIN_MS));

/**
 * The ranges that what a stack opens is made from. A list that cannot be read now may be in a moment; one that is not taken is not,
 * nor is a service that the list does not have.
 */
export async function rangesFor(service: Service, since: Date): Promise<Ranges | Parked | Refused | Failed> {
  const { problem, ranges, read, services } = await refreshRanges({ now: new Date(), service });
  const isIn = (one: Service) => ranges?.blocks[one]?.some(({ family }) => family === 4) ?? false;
  if (ranges && isIn(service)) return ranges;
  // One that was there once may be there no more.
  const known = ranges?.blocks[service] && Object.keys(ranges.blocks).filter(isIn);
  const has = services ?? known;
  if (has) return refused(noSuchService(service, has, setting('AWS_REGION')));
  const why = problem?.message ?? 'none was read';
  if (read === 'refused') return failed('RANGES_UNKNOWN', `it is not known which addresses CloudFront has: ${why}`);
  return patience(`AWS’s list of CloudFront’s addresses (${why})`, since);
}
