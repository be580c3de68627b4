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

/** `app/<balancer>/<id>/targetgroup/<group>/<id>`, as CloudWatch and scaling policies know a colour's requests. */
export function labelOf({ listener, groups }: Balancer, colour: Colour): string {
  const balancer = listener.split(':listener/')[1]?.split('/').slice(0, 3).join('/');
  return `${balancer}/${groups[colour].split(':').at(-1)}`;
}
