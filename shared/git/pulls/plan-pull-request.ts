import { setTimeout as pause } from 'node:timers/promises';
import type { Events } from '../../events.ts';
import { type Connection, findConnection } from '../../ledger/connections.ts';
import { lastToldOf } from '../../ledger/pulls.ts';
import { logOf } from '../../log.ts';
import { hostFor } from '../connected.ts';
import { type GitHost, HostTrouble } from '../host.ts';
import { commentOf } from './comment.ts';
import type { Planned } from './planned.ts';
import { planPilots } from './read-pilots.ts';
import { statusOf } from './status.ts';

const log = logOf('plan-pull-request');

type Pull = Events['PullRequestReceived'];

/** Seconds after which a provider that shows another commit than it told of is asked again: one of the two is late. */
const AGAIN = [2, 5];
/** So often a plan is made anew because there are other commits meanwhile. */
const TRIES = 3;

/**
 * Plans what merging a pull request would deploy, and tells it there. What its branch points to now is planned, whatever
 * the webhook said: it may be run twice, late and out of order.
 * @throws where it is to be run again.
 */
export async function planPullRequest(pull: Pull, again: readonly number[] = AGAIN): Promise<void> {
  const connection = await findConnection(pull.connection);
  if (!connection) return log.warn('a repository is no longer connected; nothing is planned', { ...pull });
  if (pull.isForeign && connection.provider.startsWith('bitbucket'))
    return log.info('of other repositories Bitbucket shows no commits; nothing is planned', { ...pull });
  const host = await hostFor(connection);
  let commit = await settledCommit(host, pull, pull.isForeign ? [] : again);
  for (let tried = 0; tried < TRIES; tried++) {
    if (commit === undefined) return log.info('there is nothing to plan any more', { ...pull });
    const planned = await planPilots(host, connection, pull, commit);
    const now = await commitOf(host, pull);
    if (now === commit) return tell(host, connection, pull, planned);
    commit = now;
  }
  throw new Error(`pull request ${pull.number} of ${pull.repository} has other commits all the time`);
}

async function settledCommit(host: GitHost, pull: Pull, again: readonly number[]): Promise<string | undefined> {
  for (const seconds of again) {
    const commit = await commitOf(host, pull);
    if (commit?.startsWith(pull.commit)) return commit;
    await pause(seconds * 1000);
  }
  return commitOf(host, pull);
}

/** Of a branch in another repository nobody is asked: the commit that was told last counts, and only its own webhook is heard. */
async function commitOf(host: GitHost, { connection, number, commit, branch, isForeign }: Pull) {
  if (!isForeign) return host.head({ kind: 'branch', name: branch });
  return (await lastToldOf(connection, number)) === commit ? commit : undefined;
}

async function tell(host: GitHost, { provider }: Connection, { number }: Pull, all: Planned[]): Promise<void> {
  for (const planned of all) {
    const { pilot, commit } = planned;
    await asFarAsAllowed({ number, pilot }, () =>
      host.commentOnPullRequest(number, `pilotage:plan:${pilot}`, commentOf(planned, provider)),
    );
    await asFarAsAllowed({ commit, pilot }, () => host.setStatus(commit, statusOf(planned)));
    log.info('a pull request was planned', { number, pilot, commit });
  }
}

/** Asking again would not help: the token may not do it, or what it is about is gone. */
async function asFarAsAllowed(about: object, say: () => Promise<void>): Promise<void> {
  try {
    await say();
  } catch (error) {
    if (!(error instanceof HostTrouble) || !['denied', 'missing'].includes(error.fault)) throw error;
    log.warn('a plan was not told', { ...about, error: error.message });
  }
}
