import type { Building } from '../building/wanted.ts';
import type { Trigger } from '../events.ts';
import type { Deployment, Policy } from '../ledger/deployment.ts';
import type { Resolved } from '../manifest/complete.ts';
import type { Plan } from '../targets/target.ts';

/** What Validate settles. */
export interface Planned {
  plan: Plan;
  policy: Policy;
  /** What the plan was made from, to be kept with the release; absent where it is kept already. */
  manifest?: Resolved;
}

/** The same where something has to be built first: Build settles the plan. */
export interface ToBuild {
  build: Building;
  policy: Policy;
  manifest: Resolved;
}

/** A deployment by one kind of trigger. */
export type Asked<Kind extends Trigger['kind']> = Pick<Deployment, 'pilot' | 'environment'> & {
  trigger: Extract<Trigger, { kind: Kind }>;
};
