import { type Brought, bringEdge } from '../../shared/edge-sync/deploying.ts';
import { openingOf } from '../../shared/edge-sync/subject.ts';
import { isStanding } from '../../shared/events.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { findManifest } from '../../shared/ledger/manifests.ts';
import { planOf } from '../../shared/ledger/settled.ts';
import { done, failed, type Outcome, parked } from '../../shared/outcome.ts';
import { type Job, step } from '../../shared/step.ts';

/** EC2 may answer nobody for a while: it throttles each account and region as a whole. */
const DEADLINE_MINUTES = 30;
const AGAIN_MS = 60_000;

/**
 * Lets CloudFront in, as it is at this moment, where Pilotage keeps the rules or lists that do; nothing is to be done in the other
 * modes. A rollback must be reachable as well.
 */
export const handler = step('SyncEdge', async ({ deployment, progress }) => {
  // A page that answers 503 is reached the way that all else was.
  if (isStanding(deployment.trigger)) return done();
  const plan = planOf(deployment);
  const { pilot, environment } = deployment;
  const manifest = await findManifest(plan);
  const opening = openingOf(manifest?.edge, plan.stack ?? {});
  if (!opening) return done();
  return outcomeOf(await bringEdge({ pilot, environment }, opening, new Date()), deployment, progress);
});

async function outcomeOf(brought: Brought, deployment: Deployment, progress: Job['progress']): Promise<Outcome> {
  switch (brought.outcome) {
    case 'changed': {
      const { added, removed, token } = brought;
      return done({ edge: `${added} added, ${removed} removed (ranges ${token})` });
    }
    case 'later': {
      const awaits = `CloudFront’s addresses to be let in (${brought.reason})`;
      const since = Date.parse(deployment.steps.SyncEdge ?? new Date().toISOString());
      if (deployment.progress !== undefined && deployment.progress !== `waiting for ${awaits}`)
        await progress(`waiting for ${awaits}`);
      return parked(awaits, new Date(since + DEADLINE_MINUTES * 60_000), new Date(Date.now() + AGAIN_MS));
    }
    case 'failed': {
      const { code, message, hint } = brought.problem;
      const reason = hint ? `${message}; ${hint}` : message;
      // What served before is let in as it was: whoever wants that back must not be kept from it.
      return deployment.trigger.kind === 'upload' ? failed(code, reason) : done({}, `${code}: ${reason}`);
    }
    default:
      return done();
  }
}
