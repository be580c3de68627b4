import { concludedAs, endingOf, terminalEvent } from '../../shared/ending.ts';
import { type Deployment, endDeployment, findDeployment } from '../../shared/ledger/deployments.ts';
import { leaveLock, readLock } from '../../shared/ledger/lock.ts';
import { listReleases } from '../../shared/ledger/releases.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';
import type { Live } from '../../shared/targets/target.ts';

/**
 * Writes the terminal record and frees the lock in one transaction, tells
 * everybody, and wakes whoever waits. Run again, it only tells again.
 */
export const handler = step('Unlock', async ({ deployment, failure, publish }) => {
  const { id, pilot, environment } = deployment;
  const lock = await readLock(pilot, environment);
  const ended = deployment.finishedAt ? deployment : await end(deployment);

  const [name, detail] = terminalEvent(ended);
  await publish(name, detail);
  if (lock.waiting && lock.waiting !== id) {
    await publish('Woken', { deployment: lock.waiting, pilot, environment, why: `${id} has ended` });
  }
  return concludedAs(ended);

  async function end(running: Deployment): Promise<Deployment> {
    const ending = endingOf(running, failure, await liveOf(running));
    if (!(await endDeployment(id, ending, leaveLock(pilot, environment, id, lock)))) {
      throw new Error('the lock changed while it was read');
    }
    const now = await findDeployment(id);
    if (!now) throw new Error(`${id} is gone`);
    return now;
  }
});

/** What the pointer says now; a deployment without a plan asks the way an older release would. */
async function liveOf({ plan, pilot, environment }: Deployment): Promise<Live | undefined> {
  const known = plan ?? (await listReleases(pilot, environment))[0]?.plan;
  return known && (await targetNamed(known.target)).live(known);
}
