import type { Environment } from '../../aws/beanstalk.ts';
import type { Pointing } from '../moves.ts';
import type { Live } from '../target.ts';
import type { Mark } from './mark.ts';
import { releaseOf } from './names.ts';

/** A release, and the id of the environment that runs it. */
export interface Arm {
  release: string;
  environment: string;
}

/** Which environment has the CNAME that visitors are led to, and who moved it last; there are no shares. */
export type Pointer = Pointing<Arm>;

/** @param holder who has the CNAME. @param standby the name of what serves while nothing is live. */
export function pointerOf({ fence }: Pick<Mark, 'fence'>, holder: Environment | undefined, standby: string): Pointer {
  if (!holder || holder.name === standby) return { fence };
  return { fence, live: { release: releaseOf(holder.version), environment: holder.id } };
}

/** Who gets the traffic, as every target tells it. */
export function liveOf({ fence, live }: Pointer): Live {
  if (!live) return { weights: {}, fence };
  return { release: live.release, weights: { [live.release]: 100 }, fence, pointer: live.environment };
}

export const weightsOf = ({ live }: Pick<Pointer, 'live'>): Live['weights'] => (live ? { [live.release]: 100 } : {});
