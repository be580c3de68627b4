import type { EventBridgeEvent } from 'aws-lambda';
import type { Events } from '../../shared/events.ts';
import { HostTrouble } from '../../shared/git/host.ts';
import { planPullRequest } from '../../shared/git/pulls/plan-pull-request.ts';
import { logOf } from '../../shared/log.ts';

const log = logOf('plan-pull-request');

/** A pull request was opened or changed: what merging it would deploy is planned, and told there. */
export async function handler({ detail }: EventBridgeEvent<string, Events['PullRequestReceived']>): Promise<void> {
  try {
    await planPullRequest(detail);
  } catch (error) {
    // Asking again would not help: the token may not read it, or the repository is gone.
    if (!(error instanceof HostTrouble) || !['denied', 'missing'].includes(error.fault)) throw error;
    log.warn('a pull request was not planned', { error: error.message, ...detail });
  }
}
