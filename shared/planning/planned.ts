import type { Trigger } from '../events.ts';
import type { Deployment, Policy } from '../ledger/deployments.ts';
import type { Plan } from '../targets/target.ts';

/** What Validate settles. */
export interface Planned {
  plan: Plan;
  policy: Policy;
}

/** A deployment by one kind of trigger. */
export type Asked<Kind extends Trigger['kind']> = Pick<Deployment, 'pilot' | 'environment'> & {
  trigger: Extract<Trigger, { kind: Kind }>;
};
