import { setTimeout as pause } from 'node:timers/promises';
import type { Lock, Moved } from './ledger/lock.ts';
import { targetNamed } from './targets/index.ts';
import type { Live, Plan } from './targets/target.ts';

/** So long after a move a read of the pointer may still show what was before it. */
const BEHIND_MS = 10_000;
const PAUSE_MS = 200;

/**
 * Who gets the traffic now. Where a read does not show the last move it may be an
 * old answer, and is made again until it can no longer be one: ten seconds at most.
 */
export async function trafficNow(plan: Plan, { moved }: Pick<Lock, 'moved'>): Promise<Live> {
  const target = await targetNamed(plan.target);
  for (;;) {
    const live = await target.live(plan);
    if (!mayBeOld(live, moved, new Date())) return live;
    await pause(PAUSE_MS);
  }
}

const mayBeOld = ({ weights }: Live, moved: Moved | undefined, now: Date): boolean =>
  moved !== undefined && now.getTime() < Date.parse(moved.at) + BEHIND_MS && !isSame(weights, moved.weights);

function isSame(some: Live['weights'], others: Live['weights']): boolean {
  const releases = new Set([...Object.keys(some), ...Object.keys(others)]);
  return [...releases].every((release) => some[release] === others[release]);
}
