import type { Lease, Live, Plan } from '../targets/target.ts';
import type { Deployment, Policy } from './deployment.ts';
import { isHeld, noteMove } from './lock.ts';

/**
 * What earlier steps settled, for the steps that cannot do without.
 * @throws when it is missing: the machine ran the steps in another order than it should.
 */
function needed<Value>(value: Value | undefined, what: string, { id }: Deployment): Value {
  if (value === undefined) throw new Error(`${id} has no ${what} yet`);
  return value;
}

export const planOf = (deployment: Deployment): Plan => needed(deployment.plan, 'plan', deployment);

export const policyOf = (deployment: Deployment): Policy => needed(deployment.policy, 'policy', deployment);

export const beforeOf = (deployment: Deployment): Live =>
  needed(deployment.before, 'record of what was live', deployment);

/** @param raised the number that the lock has now, where it is no longer that of the deployment's beginning. */
export function leaseOf(deployment: Deployment, raised?: number): Lease {
  const fence = raised ?? needed(deployment.fence, 'lock', deployment);
  return {
    deployment: deployment.id,
    fence,
    mayMove: (weights) => noteMove(deployment, fence, weights),
    holds: () => isHeld(deployment, fence),
  };
}
