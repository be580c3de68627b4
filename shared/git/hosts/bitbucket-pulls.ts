import * as z from 'zod/mini';
import type { PullRequestNow } from '../host.ts';
import { bitbucketPages } from './bitbucket-pages.ts';
import type { HostHttp } from './http.ts';
import { FEW } from './pages.ts';

const Commit = z.object({ hash: z.string() });
const Repository = z.nullish(z.object({ full_name: z.string() }));
const Pull = z.object({
  id: z.int(),
  state: z.string(),
  updated_on: z.string(),
  source: z.object({ branch: z.object({ name: z.string() }), commit: z.nullish(Commit), repository: Repository }),
  destination: z.object({ branch: z.object({ name: z.string() }), repository: Repository }),
});

/** @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/ */
export async function pullRequest(http: HostHttp, home: string, number: number): Promise<PullRequestNow | undefined> {
  const pull = await http.jsonIfThere(Pull, `${home}/pullrequests/${number}`);
  return pull && pullNow(pull);
}

export async function openPullRequests(http: HostHttp, home: string): Promise<PullRequestNow[]> {
  const path = `${home}/pullrequests?state=OPEN&sort=-updated_on&pagelen=${FEW.each}`;
  return (await bitbucketPages(http, Pull, path, FEW.pages)).values.flatMap((pull) => pullNow(pull) ?? []);
}

/** A fork that was deleted is told as no repository, and may take its commits along. */
function pullNow({ id, state, updated_on, source, destination }: z.output<typeof Pull>): PullRequestNow | undefined {
  if (!source.commit) return undefined;
  return {
    number: id,
    isOpen: state === 'OPEN',
    merged: state === 'MERGED',
    head: { commit: source.commit.hash, branch: source.branch.name },
    base: destination.branch.name,
    isForeign: !source.repository || source.repository.full_name !== destination.repository?.full_name,
    updatedAt: new Date(updated_on).toISOString(),
  };
}
