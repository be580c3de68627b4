import type { TargetState } from '../../aws/load-balancers.ts';
import { healthyAmong } from '../balanced/strength.ts';
import type { Colouring } from './services.ts';

/** Whether a colour could take traffic, or what is missing, in words. */
export type Wellness = { well: true } | { well: false; progress: string };

/**
 * A colour is well when as many tasks run as should, all of this very revision,
 * and the load balancer finds as many targets healthy.
 * @param targets those of its group; undefined where it was not worth asking.
 */
export function wellness(seen: Colouring, targets: TargetState[] | undefined): Wellness {
  const { desired, running, older } = seen;
  if (desired === 0) return waiting('its service has no tasks');
  const healthy = healthyAmong(targets ?? []);
  const told = `${running} of ${desired} tasks run, ${healthy} healthy`;
  if (running < desired) return waiting(told);
  if (older > 0) return waiting(`${told}, ${older} of the release before still there`);
  return healthy >= desired ? { well: true } : waiting(told);
}

/** A roll-out that may be failing: worth asking why. */
export const isSuspicious = ({ rollout, events }: Colouring): boolean =>
  rollout.failed > 0 || rollout.state === 'FAILED' || events.some((text) => /unable|failed/i.test(text));

/** Before as many run as should, their health tells nothing more. */
export const isWorthAsking = ({ running, desired }: Colouring): boolean => desired > 0 && running >= desired;

const waiting = (progress: string): Wellness => ({ well: false, progress });
