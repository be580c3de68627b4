import type { TargetState } from '../../aws/load-balancers.ts';
import { healthyAmong } from '../balanced/strength.ts';
import type { Colouring } from './groups.ts';

/** Whether a colour could take traffic, or what is missing, in words. */
export type Wellness = { well: true } | { well: false; progress: string };

/**
 * A colour is well when as many instances are in service as should, all of this very version, and the
 * load balancer finds as many targets healthy.
 * @param targets those of its group; undefined where it was not worth asking.
 */
export function wellness(seen: Colouring, targets: TargetState[] | undefined): Wellness {
  const { desired, running, older } = seen;
  if (desired === 0) return waiting('its group has no instances');
  const healthy = healthyAmong(targets ?? []);
  const told = `${running} of ${desired} instances in service, ${healthy} healthy`;
  if (running < desired) return waiting(told);
  if (older > 0) return waiting(`${told}, ${older} of another version still there`);
  return healthy >= desired ? { well: true } : waiting(told);
}

/** Before as many are in service as should, their health tells nothing more. */
export const isWorthAsking = ({ running, desired }: Colouring): boolean => desired > 0 && running >= desired;

const waiting = (progress: string): Wellness => ({ well: false, progress });
