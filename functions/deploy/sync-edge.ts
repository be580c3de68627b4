import { bringEdge } from '../../shared/edge-sync/deploying.ts';
import { openingOf } from '../../shared/edge-sync/subject.ts';
import { verdictOf } from '../../shared/edge-sync/verdict.ts';
import { bringsManifest, isStanding } from '../../shared/events.ts';
import { findManifest } from '../../shared/ledger/manifests.ts';
import { planOf } from '../../shared/ledger/settled.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';

/** EC2 may answer nobody for a while: it throttles each account and region as a whole. */
const DEADLINE_MINUTES = 30;

/**
 * Lets CloudFront in, as it is at this moment, where Pilotage keeps the rules or lists that do; nothing is to be done in the other
 * modes. A rollback must be reachable as well.
 */
export const handler = step('SyncEdge', async ({ deployment, progress }) => {
  // A page that answers 503 is reached the way that all else was.
  if (isStanding(deployment.trigger)) return done();
  const plan = planOf(deployment);
  const { pilot, environment, trigger } = deployment;
  const manifest = await findManifest(plan);
  const opening = openingOf(manifest?.edge, plan.stack ?? {});
  if (!opening) return done();
  const since = Date.parse(deployment.steps.SyncEdge ?? new Date().toISOString());
  const brought = await bringEdge({ pilot, environment }, opening, new Date());
  const verdict = verdictOf(brought, bringsManifest(trigger), new Date(since + DEADLINE_MINUTES * 60_000));
  if (verdict.outcome === 'parked' && deployment.progress !== undefined) {
    const text = `waiting for ${verdict.awaits}`;
    if (deployment.progress !== text) await progress(text);
  }
  return verdict;
});
