import type { PullRequest } from '../../events.ts';
import { findConnection } from '../../ledger/connections.ts';
import { findDeployment } from '../../ledger/deployments.ts';
import { listPreviews, type Preview } from '../../ledger/previews.ts';
import { forgetUnmade, listUnmade } from '../../ledger/unmade-previews.ts';
import { logOf } from '../../log.ts';
import { hostFor } from '../connected.ts';
import { follow } from './follow.ts';
import { isOf } from './of-pull.ts';
import { type Expected, pullNow } from './pull-now.ts';
import { askForRemoval, removePreview } from './remove.ts';
import { isSettled } from './settled.ts';
import { tellPreview } from './tell.ts';

const log = logOf('previews');

/** Somebody else may look after the same pull request at the same moment. */
const TRIES = 5;

/** Why it is looked after a pull request. */
export interface Occasion {
  /** What somebody told of it. */
  expected: Expected;
  /** Asked whenever a time is noted: a provider may take its time, and others go on meanwhile. */
  clock: () => Date;
  /** A round’s look, which asks no more than it must: `waiting` where a pilot of the pull request may get what it waits for. */
  round?: 'waiting' | 'settled';
  /** Seconds; see `pullNow`. */
  again?: readonly number[];
}

/**
 * Has the previews of a pull request be what is true of it at its provider: those of an open one follow its commits, those
 * of a closed one go. It may be run twice, late and out of order.
 * @throws where it is to be run again.
 */
export async function keepPull(of: PullRequest, occasion: Occasion): Promise<void> {
  const connection = await findConnection(of.connection);
  if (!connection) return log.warn('a repository is no longer connected; its previews stay for their time', { ...of });
  const host = await hostFor(connection);
  for (let tried = 0; tried < TRIES; tried++) {
    // Before the provider is asked: what that tells is taken only where nothing came in between.
    const seen = (await listPreviews()).filter((preview) => isOf(preview, of));
    const pull = await pullNow(host, of.number, occasion.expected, tried === 0 ? occasion.again : []);
    if (pull && occasion.round === 'settled' && (await isSettled(seen, pull))) return tellAll(seen);
    const isKept = pull
      ? await follow({ host, connection, pull, seen, occasion })
      : await removeAll(of, seen, occasion);
    if (isKept) return;
  }
  throw new Error(`the previews of pull request ${of.number} of ${of.repository} change all the time`);
}

/** @returns false where something came meanwhile. */
async function removeAll(of: PullRequest, seen: readonly Preview[], { clock, round }: Occasion): Promise<boolean> {
  for (const unmade of await listUnmade()) if (isOf(unmade, of)) await forgetUnmade(unmade);
  for (const preview of seen) {
    const { removal } = preview;
    if (!removal && !(await removePreview(preview, 'closed', clock()))) return false;
    // Whoever noted it may have been cut off before it was asked for; of those a round has looked.
    if (removal && !round && !(await findDeployment(removal.deployment))) await askForRemoval(preview, removal);
  }
  await tellAll(seen);
  return true;
}

/** Where the comments say so already, no provider is asked. */
async function tellAll(seen: readonly Preview[]): Promise<void> {
  for (const preview of seen) await tellPreview(preview);
}
