import { setTimeout as pause } from 'node:timers/promises';
import type { GitHost } from '../host.ts';

/** A pull request that may have previews: it is open, and its branch lies in the repository itself. */
export interface PullNow {
  number: number;
  /** What its branch points to, in full. */
  commit: string;
  branch: string;
  base: string;
}

/** What somebody told of a pull request, which its provider may show a little later. */
export interface Expected {
  /** The commit of its branch, or how that begins. */
  commit?: string;
  isClosed?: true;
}

/** Seconds after which a provider is asked again that shows something else than it told of: one of the two is late. */
export const AGAIN = [2, 5];

/**
 * What is true of a pull request now, whatever its webhook said.
 * @returns undefined where it has no previews: it is closed or gone, its branch is, or its code lies in another repository.
 * @throws where its provider shows two different commits of it, and is to be asked once more.
 */
export async function pullNow(
  host: GitHost,
  number: number,
  expected: Expected,
  again: readonly number[] = AGAIN,
): Promise<PullNow | undefined> {
  for (const seconds of again) {
    const found = await look(host, number);
    if (found !== 'between' && isExpected(found, expected)) return found;
    await pause(seconds * 1000);
  }
  const found = await look(host, number);
  if (found !== 'between') return found;
  throw new Error(`pull request ${number} and its branch show different commits`);
}

const isExpected = (found: PullNow | undefined, { commit = '', isClosed }: Expected): boolean =>
  isClosed ? found === undefined : found?.commit.startsWith(commit) === true;

/** The branch is asked as well: what a pull request shows may be older, and with some providers is cut. */
async function look(host: GitHost, number: number): Promise<PullNow | 'between' | undefined> {
  const pull = await host.pullRequest(number);
  // Whether a repository that shows no pull request is there at all: who may not see it is told the same of both.
  if (!pull) await host.defaultBranch();
  if (!pull?.isOpen || pull.isForeign) return undefined;
  const { head, base } = pull;
  const commit = await host.head({ kind: 'branch', name: head.branch });
  // There is nothing to follow; who brings the branch back has its previews made again.
  if (commit === undefined) return undefined;
  return commit.startsWith(head.commit) ? { number, commit, branch: head.branch, base } : 'between';
}
