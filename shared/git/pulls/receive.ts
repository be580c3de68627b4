import { setTimeout as after } from 'node:timers/promises';
import { publish } from '../../aws/bus.ts';
import type { Connection } from '../../ledger/connections.ts';
import { claimPull } from '../../ledger/pulls.ts';
import { logOf } from '../../log.ts';
import type { Said } from '../entrance.ts';
import type { PullRequestTold } from '../told.ts';

const log = logOf('webhook');

/** Seconds that the bus may take: providers do not wait long. */
const PATIENCE = 2;

/**
 * A signed webhook tells of a pull request that is open: the bus is told, once for each delivery. Nothing looks for one
 * that was lost, so what the bus did not take is to be sent again.
 */
export async function receivePull(
  { number, head, base, isForeign }: PullRequestTold,
  { id: connection, repository }: Connection,
  body: Uint8Array,
): Promise<Said> {
  const claim = await claimPull({ connection, number, commit: head.commit, body, at: new Date() });
  if (!claim) return { outcome: 'duplicate', reason: 'it was told before' };
  const detail = { connection, repository, number, ...head, base, isForeign };
  const published = publish('PullRequestReceived', detail).then(
    () => true,
    (error: unknown) => {
      log.error('the bus was not told of a pull request', { number, repository, error });
      return false;
    },
  );
  const isTold = await Promise.race([published, after(PATIENCE * 1000, false, { ref: false })]);
  if (!isTold) {
    await claim.giveBack();
    return {
      outcome: 'unavailable',
      reason: 'a plan could not be asked for now: send it again, or push to the pull request once more',
    };
  }
  // Told again at worst, which plans the same once more.
  await claim.done().catch((error: unknown) => log.warn('a delivery may count twice', { number, repository, error }));
  return { outcome: 'accepted' };
}
