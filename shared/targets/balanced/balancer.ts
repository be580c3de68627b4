import { outputOf } from '../outputs.ts';
import type { Plan } from '../target.ts';
import type { Colour } from './colours.ts';

/** What of the pilot's stack the traffic goes through; templates/parts/balancer.ts. */
export interface Balancer {
  /** ARN; where the pointer stands. */
  listener: string;
  /** ARNs of the target groups. */
  groups: Record<Colour, string>;
}

/** @throws when an output is missing: Provision has not run, or made something else. */
export const balancerOf = (plan: Plan): Balancer => ({
  listener: outputOf(plan, 'Listener'),
  groups: { blue: outputOf(plan, 'BlueTargets'), green: outputOf(plan, 'GreenTargets') },
});
