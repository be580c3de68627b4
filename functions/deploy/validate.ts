import { manifestPlanned } from '../../shared/ledger/manifests.ts';
import { settlePlan } from '../../shared/ledger/settling.ts';
import { done } from '../../shared/outcome.ts';
import { planOf } from '../../shared/planning/plan.ts';
import { step } from '../../shared/step.ts';

/** Reads what was asked for, refuses what is wrong with it, and settles the plan. Changes nothing. */
export const handler = step('Validate', async ({ deployment }) => {
  const planned = await planOf(deployment);
  if ('outcome' in planned) return planned;
  const { manifest, ...settled } = planned;
  const kept = manifest ? [manifestPlanned(settled.plan, manifest)] : [];
  const plan = await settlePlan(deployment.id, settled, kept);
  return done({ release: plan.release, ...plan.summary });
});
