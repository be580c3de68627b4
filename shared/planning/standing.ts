import type { Policy } from '../ledger/deployment.ts';
import { readLock } from '../ledger/lock.ts';
import { listReleases, type Release } from '../ledger/releases.ts';
import { notOffline } from '../offline.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Asked, Planned } from './planned.ts';

/**
 * Going offline, coming back, and another database meanwhile: the plan of the release that serves, or served before.
 * Which one that is, Prepare reads again once it has the lock.
 */
export async function planStanding({
  pilot,
  environment,
  trigger,
}: Asked<'offline' | 'online' | 'restore'>): Promise<Planned | Refused> {
  const [kept, { offline }] = await Promise.all([listReleases(pilot, environment), readLock(pilot, environment)]);
  const wereLive = kept.filter(({ liveAt }) => liveAt);
  const found = offline ? wereLive.find(({ release }) => release === offline.release) : wereLive[0];
  if (trigger.kind === 'restore' && !offline) return refused(notOffline(pilot));
  if (found) return moveOnly(found);
  return refused({
    code: 'NEVER_LIVE',
    message: offline
      ? `release ${offline.release} of ${pilot}, which was live before, is not kept any more`
      : `nothing of ${pilot} was ever live in ${environment}`,
    expected: 'a pilot with a release that was live',
    hint: offline ? `go live with another one: pilot rollback ${pilot} <release> --online` : `deploy it`,
  });
}

/** A release that is brought back as it is: nothing is built, and the traffic moves all at once. */
export const moveOnly = ({ plan, policy }: Release): Planned => ({ plan, policy: { ...policy, rollout: AT_ONCE } });

const AT_ONCE: Policy['rollout'] = { steps: [100], bake: 0 };
