import * as z from 'zod/mini';
import type { PullRequestNow } from '../host.ts';
import { bitbucketServerPages } from './bitbucket-server-pages.ts';
import type { HostHttp } from './http.ts';
import { FEW } from './pages.ts';

const Side = z.object({ displayId: z.string(), latestCommit: z.string(), repository: z.object({ id: z.int() }) });
/** Milliseconds since 1970. */
const Pull = z.object({ id: z.int(), state: z.string(), updatedDate: z.int(), fromRef: Side, toRef: Side });

/** @see https://developer.atlassian.com/server/bitbucket/rest/v906/api-group-pull-requests/ */
export async function pullRequest(http: HostHttp, home: string, number: number): Promise<PullRequestNow | undefined> {
  const pull = await http.jsonIfThere(Pull, `${home}/pull-requests/${number}`);
  return pull && pullNow(pull);
}

export async function openPullRequests(http: HostHttp, home: string): Promise<PullRequestNow[]> {
  const path = `${home}/pull-requests?state=OPEN&order=NEWEST`;
  return (await bitbucketServerPages(http, Pull, path, FEW.each, FEW.pages)).values.map(pullNow);
}

const pullNow = ({ id, state, updatedDate, fromRef, toRef }: z.output<typeof Pull>): PullRequestNow => ({
  number: id,
  isOpen: state === 'OPEN',
  merged: state === 'MERGED',
  head: { commit: fromRef.latestCommit, branch: fromRef.displayId },
  base: toRef.displayId,
  isForeign: fromRef.repository.id !== toRef.repository.id,
  updatedAt: new Date(updatedDate).toISOString(),
});
