import { forgetEnvironment } from '../../shared/ledger/forgetting.ts';
import { previewRemoved } from '../../shared/ledger/previews.ts';
import { leaseOf } from '../../shared/ledger/settled.ts';
import { done, failed } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';

/**
 * Removes what the ledger knows of an environment of which nothing is left: all but its history, and its lock, whose numbers only
 * rise. Then its place is free for another preview.
 */
export const handler = step('Forget', async ({ deployment }) => {
  const { id, pilot, environment } = deployment;
  if (!(await leaseOf(deployment).holds())) return failed('FENCED', 'a newer deployment holds the lock');
  await forgetEnvironment({ pilot, environment, by: id });
  await previewRemoved(pilot, environment, id);
  return done();
});
