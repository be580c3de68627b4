import { isStanding } from '../../shared/events.ts';
import { planOf } from '../../shared/ledger/settled.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { done, failed, parked } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';

const DEADLINE_MINUTES = 30;

/** Looks whether the release is complete before it gets any traffic. */
export const handler = step('Verify', async ({ deployment }) => {
  const plan = planOf(deployment);
  // Nothing gets traffic where a pilot goes offline, or stays there.
  if (deployment.alreadyLive || isStanding(deployment.trigger)) {
    await settle(deployment.id, { verified: plan.release });
    return done();
  }

  const target = await targetNamed(plan.target);

  const look = await target.look(plan);
  switch (look.state) {
    case 'ready':
      await settle(deployment.id, { verified: plan.release });
      return done();
    case 'waiting':
      return parked(`the release to be complete: ${look.progress}`, deadline(deployment.steps.Verify));
    case 'broken':
      return failed('RELEASE_BROKEN', look.reason);
  }
});

const deadline = (began = new Date().toISOString()) => new Date(Date.parse(began) + DEADLINE_MINUTES * 60_000);
