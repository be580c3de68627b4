import type { Policy } from '../ledger/deployments.ts';
import { listReleases } from '../ledger/releases.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Asked, Planned } from './planned.ts';

/** A rollback: the plan that was kept with the release; nothing is built, read or analysed again. */
export async function planKept({ pilot, environment, trigger }: Asked<'rollback'>): Promise<Planned | Refused> {
  const kept = await listReleases(pilot, environment);
  const found = kept.find(({ release, liveAt }) => liveAt && release === trigger.release);
  if (found) return { plan: found.plan, policy: { ...found.policy, rollout: AT_ONCE } };
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

const AT_ONCE: Policy['rollout'] = { steps: [100], bake: 0 };
