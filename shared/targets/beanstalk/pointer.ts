import type { Environment } from '../../aws/beanstalk.ts';
import type { Pointing } from '../moves.ts';
import type { Live } from '../target.ts';
import { releaseOf } from './names.ts';

/** A release, and the id of the environment that runs it. */
export interface Arm {
  release: string;
  environment: string;
}

/** Which environment has the CNAME that visitors are led to, and who moved it last; there are no shares. */
export type Pointer = Pointing<Arm>;

/** What the application's description tells. */
export interface Mark {
  fence: number;
  /** The swap that was begun last: the environment that is to have the CNAME, and when. */
  to?: string;
  at?: Date;
}

const TEXT = /^Pilotage: fence (\d{1,15})(?:, (e-[a-z0-9-]+) since (\S+))?$/;

/** A description that somebody else wrote has the fence 0. */
export function markOf(description: string): Mark {
  const [, fence, to, since] = TEXT.exec(description) ?? [];
  if (fence === undefined) return { fence: 0 };
  const at = new Date(since ?? Number.NaN);
  return { fence: Number(fence), ...(to && !Number.isNaN(at.getTime()) && { to, at }) };
}

export const textOf = ({ fence, to, at }: Mark): string =>
  `Pilotage: fence ${fence}${to && at ? `, ${to} since ${at.toISOString()}` : ''}`;

/** A swap is carried out so long after it was begun, or not at all; milliseconds. */
export const SWAP_MS = 10_000;

/** Whether a swap was begun that does not show yet. */
export const isUnderWay = ({ to, at }: Mark, holder: Pick<Environment, 'id'> | undefined, now: Date): boolean =>
  to !== undefined && at !== undefined && to !== holder?.id && now.getTime() < at.getTime() + SWAP_MS;

/** @param holder who has the CNAME. @param standby the name of what serves while nothing is live. */
export function pointerOf({ fence }: Mark, holder: Environment | undefined, standby: string): Pointer {
  if (!holder || holder.name === standby) return { fence };
  return { fence, live: { release: releaseOf(holder.version), environment: holder.id } };
}

/** Who gets the traffic, as every target tells it. */
export function liveOf({ fence, live }: Pointer): Live {
  if (!live) return { weights: {}, fence };
  return { release: live.release, weights: { [live.release]: 100 }, fence, pointer: live.environment };
}

export const weightsOf = ({ live }: Pick<Pointer, 'live'>): Live['weights'] => (live ? { [live.release]: 100 } : {});
