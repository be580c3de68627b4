import { transact } from '../../shared/aws/table.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { manifestPlanned } from '../../shared/ledger/manifests.ts';
import { settle, settlePlan } from '../../shared/ledger/settling.ts';
import { done, type Outcome } from '../../shared/outcome.ts';
import { planOf } from '../../shared/planning/plan.ts';
import type { ToBuild } from '../../shared/planning/planned.ts';
import { step } from '../../shared/step.ts';

/**
 * Reads what was asked for, refuses what is wrong with it, and settles the plan; where something has to be built first, what.
 * Changes nothing.
 */
export const handler = step('Validate', async ({ deployment }) => {
  const planned = await planOf(deployment);
  if ('outcome' in planned) return planned;
  if ('removes' in planned) {
    if (planned.policy) await settle(deployment.id, {}, { policy: planned.policy });
    return done();
  }
  if ('build' in planned) return settleBuild(deployment, planned);
  const { manifest, ...settled } = planned;
  const kept = manifest ? [manifestPlanned(settled.plan, manifest)] : [];
  const plan = await settlePlan(deployment.id, settled, kept);
  return done({ release: plan.release, ...plan.summary });
});

/** Without a plan there is no release yet: the manifest is kept under the deployment's own name until there is one. */
async function settleBuild({ id, pilot, environment }: Deployment, planned: ToBuild): Promise<Outcome> {
  const { build, policy, manifest } = planned;
  await transact([manifestPlanned({ pilot, environment, release: id }, manifest)]);
  await settle(id, {}, { build, policy });
  return done({ repository: build.repository, commit: build.commit });
}
