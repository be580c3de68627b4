import { settle } from '../../shared/ledger/deployments.ts';
import { done } from '../../shared/outcome.ts';
import { planOf } from '../../shared/planning/plan.ts';
import { step } from '../../shared/step.ts';

/** Reads what was asked for, refuses what is wrong with it, and settles the plan. Changes nothing. */
export const handler = step('Validate', async ({ deployment }) => {
  const planned = await planOf(deployment);
  if ('outcome' in planned) return planned;
  await settle(deployment.id, { plan: planned.plan, policy: planned.policy });
  return done({ release: planned.plan.release, ...planned.plan.summary });
});
