import { setTimeout as after } from 'node:timers/promises';
import { publish } from '../../aws/bus.ts';
import type { PullRequest } from '../../events.ts';
import type { Connection } from '../../ledger/connections.ts';
import { claimPull } from '../../ledger/pulls.ts';
import { logOf } from '../../log.ts';
import type { Said } from '../entrance.ts';
import type { PullRequestTold } from '../told.ts';

const log = logOf('webhook');

/** Seconds that the bus may take: providers do not wait long. */
const PATIENCE = 2;

/**
 * A signed webhook tells of a pull request that is open, or was closed: the bus is told, once for each delivery. What the bus
 * did not take is to be sent again; where nobody does, a poll finds it, as it finds what was lost.
 */
export async function receivePull(
  told: PullRequestTold,
  { id: connection, repository }: Connection,
  body: Uint8Array,
): Promise<Said> {
  const { number, head } = told;
  const commit = told.change === 'closed' ? undefined : head.commit;
  const claim = await claimPull({ connection, number, commit, body, at: new Date() });
  if (!claim) return { outcome: 'duplicate', reason: 'it was told before' };
  const published = tellBus(told, { connection, repository, number }).then(
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
      reason:
        told.change === 'closed'
          ? 'its previews could not be asked to go now: send it again, or wait, since within minutes they are looked after anyway'
          : 'a plan could not be asked for now: send it again, or wait, since within minutes it is looked for anyway',
    };
  }
  // Told again at worst, which does the same once more.
  await claim.done().catch((error: unknown) => log.warn('a delivery may count twice', { number, repository, error }));
  return { outcome: 'accepted' };
}

const tellBus = ({ change, merged, head, base, isForeign }: PullRequestTold, of: PullRequest): Promise<void> =>
  change === 'closed'
    ? publish('PullRequestClosed', { ...of, merged })
    : publish('PullRequestReceived', { ...of, ...head, base, isForeign });
