import { setTimeout as pause } from 'node:timers/promises';
import type { Events } from '../../events.ts';
import { type Connection, findConnection } from '../../ledger/connections.ts';
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
 * Plans what merging a pull request would deploy, and tells it there. What is true of it now is planned, whatever the
 * webhook said: it may be run twice, late and out of order.
 * @throws where it is to be run again.
 */
export async function planPullRequest(pull: Pull, again: readonly number[] = AGAIN): Promise<void> {
  const connection = await findConnection(pull.connection);
  if (!connection) return log.warn('a repository is no longer connected; nothing is planned', { ...pull });
  // Files of a commit are shown by the repository alone that has it; how the target gets those of others, if it does, is
  // no part of the API of either Bitbucket.
  if (pull.isForeign && connection.provider.startsWith('bitbucket'))
    return log.info('of other repositories Bitbucket shows no commits; nothing is planned', { ...pull });
  const host = await hostFor(connection);
  let now = await settled(host, pull, again);
  for (let tried = 0; tried < TRIES; tried++) {
    if (now === undefined) return log.info('there is nothing to plan any more', { ...pull });
    const planned = await planPilots(host, connection, now, now.commit);
    const then = now;
    now = await openNow(host, pull);
    if (now?.commit === then.commit && now.base === then.base) return tell(host, connection, pull, planned);
  }
  throw new Error(`pull request ${pull.number} of ${pull.repository} has other commits all the time`);
}

/** A pull request that is open, as its provider shows it. */
type OpenNow = Pick<Pull, 'commit' | 'base' | 'isForeign'>;

async function settled(host: GitHost, pull: Pull, again: readonly number[]): Promise<OpenNow | undefined> {
  for (const seconds of again) {
    const now = await openNow(host, pull);
    if (now?.commit.startsWith(pull.commit)) return now;
    await pause(seconds * 1000);
  }
  return openNow(host, pull);
}

/** Of a branch of its own the repository is asked: there a push shows at once, and in full. */
async function openNow(host: GitHost, { number }: Pull): Promise<OpenNow | undefined> {
  const pull = await host.pullRequest(number);
  if (!pull?.isOpen) return undefined;
  const { head, base, isForeign } = pull;
  const commit = isForeign ? head.commit : await host.head({ kind: 'branch', name: head.branch });
  return commit === undefined ? undefined : { commit, base, isForeign };
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
