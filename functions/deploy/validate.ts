import { settle } from '../../shared/ledger/deployments.ts';
import { done } from '../../shared/outcome.ts';
import { planOf } from '../../shared/planning/plan.ts';
import { step } from '../../shared/step.ts';

/** Reads what was asked for, refuses what is wrong with it, and settles the plan. Changes nothing. */
export const handler = step('Validate', async ({ deployment }) => {
  const planned = await planOf(deployment);
  if ('outcome' in planned) return planned;
  // What the first run settled counts: the artifact may have been replaced since.
  const { plan = planned.plan } = await settle(deployment.id, {}, planned);
  return done({ release: plan.release, ...plan.summary });
});
