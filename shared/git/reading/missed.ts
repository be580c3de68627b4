import type { Connection } from '../../ledger/connections.ts';
import type { Head } from '../../ledger/pushes.ts';

/** More branches than these of a repository are not looked at in one round. */
const MOST_BRANCHES = 50;

/**
 * The branches of a repository that a poll looks at: the provider’s default, those that deploy, then those that were pushed to
 * last. Of tags see missed-tags.ts.
 */
export function branchesOf({ branches = [] }: Connection, heads: readonly Head[], usual: string): string[] {
  const pushed = heads.filter(({ ref }) => ref.kind === 'branch').sort((one, other) => other.at.localeCompare(one.at));
  return [...new Set([usual, ...branches, ...pushed.map(({ ref }) => ref.name)])].slice(0, MOST_BRANCHES);
}

/** What was recorded before the repository was connected is of an earlier connection, and counts as if it were not there. */
export const isOfConnection = ({ createdAt }: Connection, { at }: Head): boolean => at >= createdAt;

/** `first`: it was never seen, and what it points to is no push. */
export type Look = 'same' | 'first' | { missed: string; before?: string };

/**
 * What a look at a branch tells.
 * @param now the commit that the provider says; undefined where there is no such branch.
 * @param recorded the last push that is known of it.
 * @param first what it pointed to at the first look, null where it was not there; undefined where there was none.
 */
export function lookedAt(
  now: string | undefined,
  recorded: Pick<Head, 'commit' | 'outcome'> | undefined,
  first: string | null | undefined,
): Look {
  if (recorded === undefined && first === undefined) return 'first';
  if (now === undefined) return 'same';
  // It was elsewhere when that push was read, and has come back.
  if (recorded?.outcome === 'superseded' && recorded.commit === now) return { missed: now };
  if (now === (recorded?.commit ?? first)) return 'same';
  return { missed: now, ...(recorded !== undefined && { before: recorded.commit }) };
}
