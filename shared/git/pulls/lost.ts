import { publish } from '../../aws/bus.ts';
import type { Connection } from '../../ledger/connections.ts';
import { lastToldOf, noteTold } from '../../ledger/pulls.ts';
import { logOf } from '../../log.ts';
import type { GitHost, PullRequestNow } from '../host.ts';

const log = logOf('poll');

/** What nobody touched for so long was told, or is no news. After 90 days nobody would know that it was told. */
const NEWS_MS = 7 * 86_400_000;
/** So many are told in one round; the next one goes on. */
const MOST_TOLD = 20;

/**
 * Tells the bus of open pull requests whose head it was not told of, as a webhook would have. One that nobody touched
 * since the repository was connected is left alone.
 */
export async function tellLostPulls(host: GitHost, connection: Connection, at: Date): Promise<void> {
  const { id, repository } = connection;
  let told = 0;
  for (const pull of await host.openPullRequests()) {
    const { number, head, base, isForeign } = pull;
    if (!isNews(pull, connection, at) || (await lastToldOf(id, number)) === head.commit) continue;
    if (told++ === MOST_TOLD) return log.warn('more pull requests are told in the next round', { repository });
    log.warn('a pull request came without its webhook', { number, repository, commit: head.commit });
    await publish('PullRequestReceived', { connection: id, repository, number, ...head, base, isForeign });
    // Told again at worst, which plans the same once more.
    await noteTold({ connection: id, number, commit: head.commit, at });
  }
}

const isNews = ({ updatedAt }: PullRequestNow, { createdAt }: Connection, at: Date): boolean =>
  Date.parse(updatedAt) >= Math.max(Date.parse(createdAt), at.getTime() - NEWS_MS);
