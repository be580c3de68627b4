import type { Context } from 'aws-lambda';
import { backupRound } from '../../shared/backups/round.ts';
import { listPilots } from '../../shared/ledger/deployments.ts';
import { logOf } from '../../shared/log.ts';

const log = logOf('backups');

/** Pilots that are looked at side by side. */
const AT_ONCE = 8;

/** Of a schedule nothing is told; of our own events, whose backup it is. */
interface Told {
  detail?: { pilot?: string; environment?: string };
}

/**
 * Looks after the backups of all pilots, or of the one that an event tells of: makes those that are due, goes on with those
 * that are not done. One pilot's trouble does not keep it from the next.
 */
export async function handler({ detail = {} }: Told, context: Context): Promise<void> {
  const all = await listPilots();
  const { pilot, environment } = detail;
  const meant = pilot ? all.filter((one) => one.pilot === pilot && one.environment === environment) : all;
  const round = { now: new Date(), remaining: () => context.getRemainingTimeInMillis() / 1000, log };
  let troubles = 0;
  const waiting = [...meant];
  const work = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift())
      try {
        await backupRound({ pilot: one.pilot, environment: one.environment }, round);
      } catch (error) {
        troubles += 1;
        log.error('backups could not be looked after', { pilot: one.pilot, environment: one.environment, error });
      }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (troubles > 0) throw new Error(`the backups of ${troubles} of ${meant.length} could not be looked after`);
}
