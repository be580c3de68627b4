import type { Deployment } from '../ledger/deployment.ts';
import type { Outcome } from '../outcome.ts';
import type { Job } from '../step.ts';

/** Tells what is waited for when that has changed; what a first run waits for is told by the step itself. */
export async function tellProgress(
  { progress: told }: Deployment,
  outcome: Outcome,
  tell: Job['progress'],
): Promise<Outcome> {
  if (outcome.outcome !== 'parked') return outcome;
  const text = `waiting for ${outcome.awaits}`;
  if (told !== undefined && told !== text) await tell(text);
  return outcome;
}
