import type { TargetState } from '../../aws/load-balancers.ts';
import type { Standing } from './fleet.ts';
import { healthyAmong } from './strength.ts';

/** Whether a colour could take traffic, or what is missing, in words. */
export type Wellness = { well: true } | { well: false; progress: string };

/** What of a colour has come up: of the release itself, and of what was there before. */
export interface Counted extends Standing {
  running: number;
  older: number;
}

export interface Words {
  /** `its service has no tasks` */
  none: string;
  /** Follows `2 of 3`: `tasks run`. */
  running: string;
  /** Follows how many: `of the release before`. */
  older: string;
}

/**
 * A colour is well when as many run as should, nothing but this very release, and the load balancer finds as many healthy.
 * @param targets those of its group; undefined where it was not worth asking.
 */
export function wellnessOf(seen: Counted, targets: TargetState[] | undefined, words: Words): Wellness {
  const { desired, running, older } = seen;
  if (desired === 0) return waiting(words.none);
  const healthy = healthyAmong(targets ?? []);
  const told = `${running} of ${desired} ${words.running}, ${healthy} healthy`;
  if (running < desired) return waiting(told);
  if (older > 0) return waiting(`${told}, ${older} ${words.older} still there`);
  return healthy >= desired ? { well: true } : waiting(told);
}

/** Before as many run as should, their health tells nothing more. */
export const isWorthAsking = ({ running, desired }: Counted): boolean => desired > 0 && running >= desired;

const waiting = (progress: string): Wellness => ({ well: false, progress });
