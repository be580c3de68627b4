import { git, gitLine } from '../command.ts';
import { fullNameOf, type Pull, type Repository } from '../repository.ts';
import { type Addresses, repositoryOf, stamp, userOf } from './repository.ts';

/** A pull request, as GitHub shows it. https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request */
export async function pullOf(repository: Repository, pull: Pull, addresses: Addresses) {
  const fullName = fullNameOf(repository);
  const api = `${addresses.api}/repos/${fullName}`;
  const html = `${addresses.site}/${fullName}/pull/${pull.number}`;
  const url = `${api}/pulls/${pull.number}`;
  const issue = `${api}/issues/${pull.number}`;
  const statuses = `${api}/statuses/${pull.head.sha}`;
  const comments = repository.comments.filter(({ on }) => 'pull' in on && on.pull === pull.number).length;
  const links = {
    ...{ self: url, html, issue, comments: `${issue}/comments`, review_comments: `${url}/comments` },
    ...{ review_comment: `${api}/pulls/comments{/number}`, commits: `${url}/commits`, statuses },
  };
  return {
    ...{
      url,
      id: pull.id,
      node_id: `PR_${pull.id}`,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
    },
    ...{ issue_url: issue, number: pull.number, state: pull.state, locked: false, title: pull.title },
    ...{ user: userOf(pull.head.from.owner, addresses), body: null, created_at: stamp(pull.createdAt) },
    ...{ updated_at: stamp(pull.updatedAt), closed_at: pull.closedAt ? stamp(pull.closedAt) : null },
    ...{ merged_at: pull.merged && pull.closedAt ? stamp(pull.closedAt) : null },
    ...{ merge_commit_sha: pull.merged?.commit ?? null, assignee: null, assignees: [], requested_reviewers: [] },
    ...{ requested_teams: [], labels: [], milestone: null, commits_url: links.commits },
    ...{ review_comments_url: links.review_comments, review_comment_url: links.review_comment },
    ...{ comments_url: links.comments, statuses_url: statuses },
    head: await sideOf(pull.head.from, pull.head.branch, pull.head.sha, addresses),
    base: await sideOf(repository, pull.base.branch, pull.base.sha, addresses),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    ...{ author_association: 'OWNER', auto_merge: null, active_lock_reason: null, draft: false },
    ...{ merged: pull.merged !== undefined, mergeable: null, rebaseable: null, mergeable_state: 'unknown' },
    ...{ merged_by: pull.merged ? userOf(repository.owner, addresses) : null, comments, review_comments: 0 },
    ...{ maintainer_can_modify: false, ...(await extentOf(repository.folder, pull)) },
  };
}

/** The payload of a `pull_request` webhook. https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request */
export async function pullRequestPayload(
  repository: Repository,
  pull: Pull,
  change: { action: 'opened' | 'closed' | 'reopened' } | { action: 'synchronize'; before: string; after: string },
  addresses: Addresses,
) {
  return {
    ...change,
    number: pull.number,
    pull_request: await pullOf(repository, pull, addresses),
    repository: await repositoryOf(repository, addresses),
    sender: userOf(repository.owner, addresses),
  };
}

const sideOf = async (repository: Repository, ref: string, sha: string, addresses: Addresses) => ({
  ...{ label: `${repository.owner}:${ref}`, ref, sha, user: userOf(repository.owner, addresses) },
  repo: await repositoryOf(repository, addresses),
});

async function extentOf(folder: string, { head, base }: Pull) {
  const range = `${base.sha}...${head.sha}`;
  const commits = await gitLine(folder, ['rev-list', '--count', `${base.sha}..${head.sha}`]);
  const lines = (await git(folder, ['diff', '--numstat', range, '--'])).toString().split('\n').filter(Boolean);
  const sum = (column: number) => lines.reduce((all, line) => all + (Number(line.split('\t')[column]) || 0), 0);
  return { commits: Number(commits), additions: sum(0), deletions: sum(1), changed_files: lines.length };
}
