import { reserve } from '../../aws/function-concurrency.ts';
import type { FunctionState } from '../../aws/function-state.ts';
import type { Live } from '../target.ts';
import type { Detail } from './detail.ts';

/** `leave`: as it is. */
export type Reservation = number | 'leave';

/**
 * What to reserve before the release gets traffic. All versions share it, so
 * that it only rises while another one serves.
 */
export function reservationBefore(has: number | undefined, wants: number | undefined, isServing: boolean): Reservation {
  if (wants === undefined) return 'leave';
  if (has === undefined) return isServing ? 'leave' : wants;
  return has < wants ? wants : 'leave';
}

export async function reserveMore(detail: Detail, { reserved }: FunctionState, live: Live): Promise<void> {
  const wants = reservationBefore(reserved, detail.reserved, live.release !== undefined);
  if (wants !== 'leave') await reserve(detail.function, wants);
}

/** What the release asks for, now that it has all traffic. */
export async function reserveExactly(detail: Detail, { reserved }: FunctionState): Promise<void> {
  if (reserved !== detail.reserved) await reserve(detail.function, detail.reserved);
}
