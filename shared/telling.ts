import { publish } from './aws/bus.ts';
import { terminalEvent } from './ending.ts';
import { noteEndTold } from './ledger/course.ts';
import type { Deployment } from './ledger/deployment.ts';
import { readLock } from './ledger/lock.ts';

/**
 * Tells everybody how a deployment ended, and wakes whoever waits for its lock.
 * Until that is done it stays among the running ones, so that the watchdog does
 * it should we be cut off. Told twice, subscribers know what they have told.
 */
export async function tellEnd(ended: Deployment): Promise<void> {
  const { id, pilot, environment } = ended;
  const [name, detail] = terminalEvent(ended);
  await publish(name, detail);
  const { waiting } = await readLock(pilot, environment);
  if (waiting && waiting !== id) {
    await publish('Woken', { deployment: waiting, pilot, environment, why: `${id} has ended` });
  }
  await noteEndTold(id);
}
