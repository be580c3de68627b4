import type { Connection } from '../../ledger/connections.ts';
import { headOf } from '../../ledger/pushes.ts';
import { keepSeenTags, type SeenTags, seenTags } from '../../ledger/seen-tags.ts';
import { logOf } from '../../log.ts';
import type { GitHost, TagsNow } from '../host.ts';
import { unseenTags } from './missed-tags.ts';
import { recordLost } from './record-lost.ts';

const log = logOf('poll');

/** More than these at once came with the history of something else: GitHub and GitLab send no webhooks for so many. */
const MOST_AT_ONCE = 3;

/**
 * Records the tags that begin so and whose webhook was lost: those that were not there at the look before, and were never
 * recorded. What is there at the first look is no push. A tag that was moved is told by its webhook alone.
 */
export async function recordLostTags(host: GitHost, connection: Connection, prefix: string, now: Date): Promise<void> {
  const { repository } = connection;
  const told = await host.tags(prefix);
  if (!told) return log.warn('there are too many tags to find lost ones', { repository, prefix });
  const seen = await seenTags(connection, prefix);
  const lost = seen ? await unrecorded(connection, unseenTags(told, seen)) : [];
  if (lost.length > MOST_AT_ONCE)
    log.warn('many tags came at once without their webhooks; none of them is deployed', { repository, prefix });
  else await recordAll(host, connection, lost, now);
  if (!seen || !isAsSeen(told, seen)) await keepSeenTags(connection, prefix, told);
}

/** Those that no push is known of, as far as it matters how many they are. */
async function unrecorded({ id }: Connection, names: readonly string[]): Promise<string[]> {
  const lost: string[] = [];
  for (const name of names) {
    if (lost.length > MOST_AT_ONCE) break;
    if (!(await headOf(id, { kind: 'tag', name }))) lost.push(name);
  }
  return lost;
}

async function recordAll(host: GitHost, connection: Connection, names: readonly string[], now: Date): Promise<void> {
  for (const [index, name] of names.entries()) {
    const ref = { kind: 'tag', name } as const;
    const commit = await host.head(ref);
    // Of two that were lost the later version is the newer push.
    const at = new Date(now.getTime() + index);
    if (commit !== undefined) await recordLost(connection, { ref, commit, seen: undefined }, at);
  }
}

const isAsSeen = ({ names, isWhole }: TagsNow, seen: SeenTags): boolean =>
  isWhole === seen.isWhole && names.length === seen.size && names.every((name) => seen.has(name));
