import { listReleases } from '../ledger/releases.ts';
import { unfitNow } from '../migrating/unfit.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Asked, Planned } from './planned.ts';
import { moveOnly } from './standing.ts';

/**
 * A rollback: the plan that was kept with the release; nothing is built, read or analysed again. Whether the release can work
 * with the database, Migrate asks again once it has the lock.
 */
export async function planKept({ pilot, environment, trigger }: Asked<'rollback'>): Promise<Planned | Refused> {
  const kept = await listReleases(pilot, environment);
  const found = kept.find(({ release, liveAt }) => liveAt && release === trigger.release);
  if (found) {
    const unfit = trigger.force ? undefined : await unfitNow({ pilot, environment, release: found.release });
    return unfit ? refused(unfit) : moveOnly(found);
  }
  return refused({
    code: 'RELEASE_UNKNOWN',
    message: `release ${trigger.release} of ${pilot} is not kept`,
    expected:
      kept
        .filter(({ liveAt }) => liveAt)
        .map(({ release }) => release)
        .join(', ') || 'none is kept',
  });
}
