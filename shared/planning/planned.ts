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

/** The same where the environment is to go: what stands there is found as it is taken down, and nothing is planned. */
export interface ToRemove {
  removes: 'environment';
  /** Of a release that was kept; absent where there was none. */
  policy?: Policy;
}

/** A deployment by one kind of trigger. */
export type Asked<Kind extends Trigger['kind']> = Pick<Deployment, 'pilot' | 'environment'> & {
  trigger: Extract<Trigger, { kind: Kind }>;
};
