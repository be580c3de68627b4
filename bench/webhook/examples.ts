import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };
import type { ProviderName } from '../../shared/git/told.ts';
import { readerOf } from '../../shared/git/webhooks/index.ts';
import { type Answered, type Post, signed } from './posted.ts';

/** A payload that a provider documents. */
export interface Example {
  provider: ProviderName;
  event: string;
  payload: unknown;
  /** The repository to whose connection it is sent: some are of an organization, and name none. */
  repository: string;
}

interface Named {
  repository?: { full_name: string; html_url: string };
}

/** All that GitHub publishes of its webhooks. */
export const githubExamples = (): Example[] =>
  examples.flatMap(({ name: event, examples: payloads }) =>
    (payloads as Named[]).map((payload) => {
      const { html_url: page, full_name } = payload.repository ?? {
        html_url: 'https://github.com',
        full_name: 'Codertocat/Hello-World',
      };
      return { provider: 'github', event, payload, repository: `${new URL(page).hostname}/${full_name}` };
    }),
  );

type Fixtures = [provider: ProviderName, repository: string, ...of: [fixture: string, event: string][]];

const FIXTURES: Fixtures[] = [
  [
    'gitlab',
    'gitlab.example.com/acme/web/shop',
    ['gitlab-push', 'Push Hook'],
    ['gitlab-push-new-branch', 'Push Hook'],
    ['gitlab-branch-deleted', 'Push Hook'],
    ['gitlab-tag', 'Tag Push Hook'],
    ['gitlab-tag-annotated', 'Tag Push Hook'],
    ['gitlab-tag-deleted', 'Tag Push Hook'],
    ['gitlab-merge-request-opened', 'Merge Request Hook'],
    ['gitlab-merge-request-reopened', 'Merge Request Hook'],
    ['gitlab-merge-request-commits', 'Merge Request Hook'],
    ['gitlab-merge-request-retargeted', 'Merge Request Hook'],
    ['gitlab-merge-request-title', 'Merge Request Hook'],
    ['gitlab-merge-request-approved', 'Merge Request Hook'],
    ['gitlab-merge-request-merged', 'Merge Request Hook'],
    ['gitlab-merge-request-closed', 'Merge Request Hook'],
    ['gitlab-merge-request-fork', 'Merge Request Hook'],
    ['gitlab-release', 'Release Hook'],
    ['gitlab-pipeline', 'Pipeline Hook'],
    ['gitlab-system-push', 'System Hook'],
    ['gitlab-project-renamed', 'Project Hook'],
    ['gitlab-project-renamed', 'System Hook'],
  ],
  [
    'bitbucket',
    'bitbucket.org/Acme/Shop',
    ['bitbucket-push', 'repo:push'],
    ['bitbucket-push-forced', 'repo:push'],
    ['bitbucket-push-many', 'repo:push'],
    ['bitbucket-tag-deleted', 'repo:push'],
    ['bitbucket-pull-request', 'pullrequest:created'],
    ['bitbucket-pull-request', 'pullrequest:updated'],
    ['bitbucket-pull-request', 'pullrequest:fulfilled'],
    ['bitbucket-pull-request', 'pullrequest:rejected'],
    ['bitbucket-pull-request', 'pullrequest:approved'],
    ['bitbucket-pull-request-fork', 'pullrequest:created'],
    ['bitbucket-pull-request-fork-gone', 'pullrequest:created'],
    ['bitbucket-described', 'repo:updated'],
    ['bitbucket-transferred', 'repo:transfer'],
    ['bitbucket-renamed', 'repo:updated'],
  ],
  [
    'bitbucket-server',
    'bitbucket.example.com/ACME/shop',
    ['bitbucket-server-ping', 'diagnostics:ping'],
    ['bitbucket-server-push', 'repo:refs_changed'],
    ['bitbucket-server-push-many', 'repo:refs_changed'],
    ['bitbucket-server-tag-annotated', 'repo:refs_changed'],
    ['bitbucket-server-tag-deleted', 'repo:refs_changed'],
    ['bitbucket-server-pull-request', 'pr:opened'],
    ['bitbucket-server-pull-request', 'pr:from_ref_updated'],
    ['bitbucket-server-pull-request', 'pr:merged'],
    ['bitbucket-server-pull-request', 'pr:declined'],
    ['bitbucket-server-pull-request', 'pr:deleted'],
    ['bitbucket-server-pull-request', 'pr:comment:added'],
    ['bitbucket-server-pull-request-fork', 'pr:opened'],
    ['bitbucket-server-pull-request-retargeted', 'pr:modified'],
    ['bitbucket-server-pull-request-title', 'pr:modified'],
    ['bitbucket-server-renamed', 'repo:modified'],
  ],
];

/** Payloads of the other providers, after their documentation, each to the connection of the repository that it names. */
export const otherExamples = (root: string): Example[] =>
  FIXTURES.flatMap(([provider, usual, ...all]) =>
    all.map(([fixture, event]) => {
      const file = join(root, 'test/git/webhooks/fixtures', `${fixture}.json`);
      const payload: unknown = JSON.parse(readFileSync(file, 'utf8'));
      const { headers, body } = signed({ provider, repository: usual, event }, payload);
      const { repository = usual } = readerOf(provider).read({ headers, body });
      return { provider, event, payload, repository };
    }),
  );

/** Each repository of examples once. */
export const repositoriesOf = (examples: readonly Example[]): Pick<Example, 'provider' | 'repository'>[] => [
  ...new Map(examples.map(({ provider, repository }) => [repository.toLowerCase(), { provider, repository }])).values(),
];

/** One after the other, as what comes of each depends on those before. */
export async function answersTo(examples: readonly Example[], post: Post): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (const example of examples) answers.push(await post(signed(example, example.payload)));
  return answers;
}

/** How many were answered what: `202 accepted`. */
export function counted(answers: readonly Pick<Answered, 'status' | 'outcome' | 'code'>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, outcome, code } of answers) {
    const what = [status, code ?? outcome].join(' ');
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([one], [other]) => one.localeCompare(other)));
}
