import type { EventBridgeEvent } from 'aws-lambda';
import type { Events } from '../../shared/events.ts';
import { HostTrouble } from '../../shared/git/host.ts';
import { keepPull } from '../../shared/git/previews/keep-pull.ts';
import { logOf } from '../../shared/log.ts';

const log = logOf('preview');

type Pull = Events['PullRequestReceived'] | Events['PullRequestClosed'];

/** A pull request was opened, changed or closed: its previews follow. */
export async function handler({ detail }: EventBridgeEvent<string, Pull>): Promise<void> {
  const { connection, repository, number } = detail;
  const expected = 'commit' in detail ? { commit: detail.commit } : { isClosed: true as const };
  try {
    await keepPull({ connection, repository, number }, { expected, clock: () => new Date() });
  } catch (error) {
    // Asking again would not help: the token may not read it, or the repository is gone.
    if (!(error instanceof HostTrouble) || !['denied', 'missing'].includes(error.fault)) throw error;
    log.warn('the previews of a pull request were not looked after', { error: error.message, ...detail });
  }
}
