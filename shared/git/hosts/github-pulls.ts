import * as z from 'zod/mini';
import type { PullRequestNow } from '../host.ts';
import type { HostHttp } from './http.ts';
import { FEW, numberedPages } from './pages.ts';

const Side = z.object({ ref: z.string(), repo: z.nullish(z.object({ id: z.int() })) });
const Pull = z.object({
  number: z.int(),
  state: z.string(),
  merged_at: z.nullish(z.string()),
  updated_at: z.string(),
  head: z.extend(Side, { sha: z.string() }),
  base: Side,
});

/** @see https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request */
export async function pullRequest(http: HostHttp, home: string, number: number): Promise<PullRequestNow | undefined> {
  const pull = await http.jsonIfThere(Pull, `${home}/pulls/${number}`);
  return pull && pullNow(pull);
}

/** @see https://docs.github.com/en/rest/pulls/pulls#list-pull-requests */
export async function openPullRequests(http: HostHttp, home: string): Promise<PullRequestNow[]> {
  const path = `${home}/pulls?state=open&sort=updated&direction=desc`;
  return (await numberedPages(path, (page) => http.json(z.array(Pull), page), FEW)).map(pullNow);
}

/** A fork that was deleted is told as no repository. */
const pullNow = ({ number, state, merged_at, updated_at, head, base }: z.output<typeof Pull>): PullRequestNow => ({
  number,
  isOpen: state === 'open',
  merged: typeof merged_at === 'string',
  head: { commit: head.sha, branch: head.ref },
  base: base.ref,
  isForeign: !head.repo || head.repo.id !== base.repo?.id,
  updatedAt: new Date(updated_at).toISOString(),
});
