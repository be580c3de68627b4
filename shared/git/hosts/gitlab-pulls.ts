import * as z from 'zod/mini';
import type { PullRequestNow } from '../host.ts';
import type { HostHttp } from './http.ts';
import { FEW, numberedPages } from './pages.ts';

const MergeRequest = z.object({
  iid: z.int(),
  state: z.string(),
  sha: z.nullish(z.string()),
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.nullish(z.int()),
  target_project_id: z.int(),
  updated_at: z.string(),
});

/** @see https://docs.gitlab.com/api/merge_requests/#get-single-mr */
export async function pullRequest(http: HostHttp, home: string, number: number): Promise<PullRequestNow | undefined> {
  const request = await http.jsonIfThere(MergeRequest, `${home}/merge_requests/${number}`);
  return request && requestNow(request);
}

/** @see https://docs.gitlab.com/api/merge_requests/#list-project-merge-requests */
export async function openPullRequests(http: HostHttp, home: string): Promise<PullRequestNow[]> {
  const path = `${home}/merge_requests?state=opened&order_by=updated_at&sort=desc`;
  const found = await numberedPages(path, (page) => http.json(z.array(MergeRequest), page), FEW);
  return found.flatMap((request) => requestNow(request) ?? []);
}

/** `locked` is one that is just being merged. One of a branch without a commit of its own has no `sha`. */
function requestNow(request: z.output<typeof MergeRequest>): PullRequestNow | undefined {
  const { iid, state, sha } = request;
  if (!sha) return undefined;
  return {
    number: iid,
    isOpen: state === 'opened' || state === 'locked',
    merged: state === 'merged',
    head: { commit: sha, branch: request.source_branch },
    base: request.target_branch,
    isForeign: request.source_project_id !== request.target_project_id,
    updatedAt: new Date(request.updated_at).toISOString(),
  };
}
