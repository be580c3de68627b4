import { staticTarget } from '../../shared/targets/static/static.ts';
import type { Live } from '../../shared/targets/target.ts';
import { resolvedFrom } from '../../test/support/manifest.ts';

/** Publishes one artifact as the steps Validate, Prepare and Verify do: `node pilotage.ts KEY LIVE_RELEASE`. */
const [key = '', release] = process.argv.slice(2);
const plan = await staticTarget.plan({
  pilot: 'bench',
  environment: 'production',
  manifest: resolvedFrom({
    apiVersion: 'pilotage/v1',
    name: 'bench',
    target: 'static',
    source: { artifact: key },
  }),
  from: { bucket: 'uploads', key: 'pilot.yaml' },
});
if ('outcome' in plan) throw new Error(JSON.stringify(plan));

// What the step Prepare does: nothing, where the release serves already.
if (release !== plan.release) {
  const live: Live = { fence: 1, weights: release ? { [release]: 100 } : {}, ...(release && { release }) };
  const outcome = await staticTarget.prepare(plan, live, {
    deployment: 'bench',
    fence: 2,
    mayMove: async () => true,
    holds: async () => true,
  });
  if (outcome.outcome !== 'done') throw new Error(JSON.stringify(outcome));
  const look = await staticTarget.look(plan);
  if (look.state !== 'ready') throw new Error(JSON.stringify(look));
}
console.log(plan.release);
