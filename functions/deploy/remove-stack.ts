import { stopKeepingEdge } from '../../shared/ledger/forgetting.ts';
import { leaseOf } from '../../shared/ledger/settled.ts';
import { done, failed } from '../../shared/outcome.ts';
import { removeStackOf } from '../../shared/provisioning/remove.ts';
import { removeBeside } from '../../shared/removal/beside.ts';
import { step } from '../../shared/step.ts';

/** Deleting a stack takes up to an hour; what a network keeps for a function that is gone, AWS gives free within another. */
const DEADLINE_HOURS = 4;

/** Deletes the stack of an environment that is to go, and then what was made beside it: last of all the role that deletes it. */
export const handler = step('RemoveStack', async ({ deployment, progress }) => {
  const { id, pilot, environment, steps } = deployment;
  const lease = leaseOf(deployment);
  if (!(await lease.holds())) return failed('FENCED', 'a newer deployment holds the lock');
  await stopKeepingEdge({ pilot, environment });
  const since = new Date(steps.RemoveStack ?? Date.now());
  const deadline = new Date(since.getTime() + DEADLINE_HOURS * 3_600_000);
  const removed = await removeStackOf({ deployment: id, pilot, environment, deadline });
  if (removed.outcome === 'parked') {
    const text = `waiting for ${removed.awaits}`;
    // What a first run waits for is told by the step itself; what is the same as before, nobody needs to hear.
    if (deployment.progress !== undefined && deployment.progress !== text) await progress(text);
  }
  if (removed.outcome !== 'done') return removed;
  return done({ ...removed.facts, ...(await removeBeside({ pilot, environment }, lease)) });
});
