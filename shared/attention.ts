import type { ExecutionStatus } from './aws/engine.ts';
import type { Running } from './ledger/parking.ts';

/** What the watchdog does about a running deployment. */
export type Attention = 'start' | 'recover' | 'wake' | 'tell' | 'none';

/** A start may take this long before it counts as lost. */
const START_GRACE_SECONDS = 30;

/**
 * Decides what a running deployment needs. Events are best effort, so each wait
 * is looked at in every round, and each execution is asked for. One that has
 * ended is told of by its own execution while that runs.
 */
export function attentionFor(
  { acceptedAt, parked, untold }: Running,
  execution: ExecutionStatus,
  now: Date,
): Attention {
  if (untold) return execution === 'RUNNING' ? 'none' : 'tell';
  const age = (now.getTime() - Date.parse(acceptedAt)) / 1000;
  if (execution === 'ABSENT') return age < START_GRACE_SECONDS ? 'none' : 'start';
  if (execution !== 'RUNNING') return 'recover';
  return parked ? 'wake' : 'none';
}
