import { get, type Key, list, transact, update } from '../aws/table.ts';
import type { Whose } from './backups.ts';

/** A pilot whose groups are not as they should be, which is tried again. */
export interface EdgeFailure extends Whose {
  /** When (ISO) it began, how often it was tried since, and when it is tried again. */
  since: string;
  tries: number;
  next: string;
}

const FAILED = 'FAILED#';
export const edgeFailureKey = ({ pilot, environment }: Whose): Key => ({
  pk: 'EDGE',
  sk: `${FAILED}${pilot}#${environment}`,
});

/** Between two tries of what failed: twice as long each time. */
const FIRST_PAUSE = 5 * 60;
const LONGEST_PAUSE = 6 * 3600;

/** Notes that a pilot's groups could not be brought to the list, so that it is tried again. */
export async function noteFailure(whose: Whose, now: Date): Promise<void> {
  const key = edgeFailureKey(whose);
  const { tries = 0, since = now.toISOString() } = (await get<EdgeFailure & Key>(key)) ?? {};
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(tries, 20));
  await update({
    key,
    update: 'SET since = :since, tries = :tries, #next = :next, pilot = :pilot, environment = :environment',
    names: { '#next': 'next' },
    values: {
      ':since': since,
      ':tries': tries + 1,
      ':next': new Date(now.getTime() + pause * 1000).toISOString(),
      ':pilot': whose.pilot,
      ':environment': whose.environment,
    },
  });
}

/**
 * So long a try may take: the list is asked for again for half an hour, and then each pilot for some minutes. A try that was lost is
 * made again after that.
 */
const TRY_SECONDS = 3600;

/** Notes that what failed is being tried again, so that nobody else begins meanwhile; what was noted since counts. */
export async function noteTry(failure: EdgeFailure, now: Date): Promise<void> {
  await update({
    key: edgeFailureKey(failure),
    update: 'SET #next = :later',
    condition: '#next = :next',
    names: { '#next': 'next' },
    values: { ':next': failure.next, ':later': new Date(now.getTime() + TRY_SECONDS * 1000).toISOString() },
  });
}

/** Pilots whose groups are not as they should be. */
export const listFailures = (): Promise<EdgeFailure[]> => list<EdgeFailure & Key>('EDGE', FAILED);

/** Notes that a pilot's groups are as they should be. */
export async function clearFailure(whose: Whose): Promise<void> {
  const key = edgeFailureKey(whose);
  if (await get(key)) await transact([{ remove: key }]);
}
