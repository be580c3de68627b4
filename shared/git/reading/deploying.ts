import { type Connection, noteSeen } from '../../ledger/connections.ts';
import type { GitHost } from '../host.ts';
import { type AtCommit, manifestsAt } from './manifests-at.ts';

/** What of a repository deploys, as its default branch says: these branches, and tags that begin so. */
export interface Deploying {
  branches: string[];
  tags: string[];
}

/** Notes what deploys, for every poll. What a manifest said that cannot be read now is still what it said before. */
export async function noteDeploying(connection: Connection, found: readonly AtCommit[]): Promise<Deploying> {
  const { id, branches, tags } = connection;
  const all = found.flatMap(({ read }) => (read.ok ? read.environments.map(({ git }) => git) : []));
  const isWhole = found.every(({ read }) => read.ok);
  const now = (named: string[], before: string[] = []) => [...new Set([...named, ...(isWhole ? [] : before)])].sort();
  const deploying = {
    branches: now(
      all.map(({ branch }) => branch),
      branches,
    ),
    tags: now(
      all.flatMap((git) => git.tags ?? []),
      tags,
    ),
  };
  if (!isSame(deploying.branches, branches) || !isSame(deploying.tags, tags)) await noteSeen(id, deploying);
  return deploying;
}

const isSame = (now: string[], before: string[] | undefined): boolean => before?.join('\n') === now.join('\n');

/** What deploys, as it was noted; where that was never done, as the default branch says now. */
export async function deployingOf(host: GitHost, connection: Connection): Promise<Deploying> {
  const { branches = [], tags } = connection;
  if (tags) return { branches, tags };
  const head = await host.head({ kind: 'branch', name: await host.defaultBranch() });
  if (head === undefined) return { branches, tags: [] };
  return noteDeploying(connection, await manifestsAt(host, connection, head));
}
