import { findStack } from '../../shared/aws/stacks.ts';
import { cancelledBy } from '../../shared/ending.ts';
import { closeCancelling } from '../../shared/ledger/cancelling.ts';
import { leaseOf } from '../../shared/ledger/settled.ts';
import { derivedName } from '../../shared/manifest/derived-names.ts';
import { ownerTags } from '../../shared/manifest/owner-tags.ts';
import { done, type Facts } from '../../shared/outcome.ts';
import { isOf } from '../../shared/provisioning/wanted.ts';
import { targetsIn, type Whose } from '../../shared/removal/remains.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';

/**
 * Takes the traffic away from an environment that is to go, and takes down all that Pilotage itself made in it. From here on
 * nobody can give the removal up: half of an environment is of use to nobody.
 */
export const handler = step('Withdraw', async ({ deployment }) => {
  const { id, pilot, environment, steps } = deployment;
  const cancelled = await closeCancelling(id);
  if (cancelled) return cancelledBy(cancelled);

  const lease = leaseOf(deployment);
  const since = new Date(steps.Withdraw ?? Date.now());
  const remains = { pilot, environment, stack: await outputsOf({ pilot, environment }), since };
  const facts: Facts = {};
  for (const name of await targetsIn(remains)) {
    const target = await targetNamed(name);
    if (!target.remove) throw new Error(`${name} cannot be removed, which Validate would have refused`);
    const removed = await target.remove(remains, lease);
    if (removed.outcome !== 'done') return removed;
    Object.assign(facts, removed.facts);
  }
  return done(facts);
});

/** What the pilot's own stack tells; another's of that name is none of ours. */
async function outputsOf(whose: Whose): Promise<Record<string, string>> {
  const stack = await findStack(derivedName('stack', whose));
  return stack && isOf(stack.tags, { tags: ownerTags(whose) }) ? stack.outputs : {};
}
