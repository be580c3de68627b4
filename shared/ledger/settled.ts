import type { Live, Plan } from '../targets/target.ts';
import type { Deployment, Policy } from './deployment.ts';

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

export const leaseOf = (deployment: Deployment) => ({
  deployment: deployment.id,
  fence: needed(deployment.fence, 'lock', deployment),
});
