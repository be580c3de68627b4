import type { ProviderName } from '../../shared/git/told.ts';

/** What people do at a provider, in its own words. */
interface Words {
  /** As it calls itself. */
  name: string;
  /** Where a repository's webhooks are made by hand. */
  settings(repository: string): string;
  /** Where those are that there are. */
  hooks(repository: string): string;
  /** The fields of that page: the address, the content type where one is chosen, the secret. */
  url: string;
  contentType?: string;
  secret: string;
  /** The boxes to tick. */
  events: string;
  /** The environment variable that may hold a token of whoever types. */
  variable: string;
  /** What the stored token must be allowed, and for webhooks in addition. */
  token: string;
  performing: string;
  /** Where a token is taken back. */
  tokens: string;
}

const SERVER_PAGE = (repository: string): string => {
  const [host, project, name] = repository.split('/');
  return `https://${host}/projects/${project}/repos/${name}/settings (Webhooks)`;
};

export const WORDS: Record<ProviderName, Words> = {
  github: {
    name: 'GitHub',
    settings: (repository) => `https://${repository}/settings/hooks/new`,
    hooks: (repository) => `https://${repository}/settings/hooks`,
    url: 'Payload URL',
    contentType: 'application/json',
    secret: 'Secret',
    events: 'Pushes, Pull requests (“Let me select individual events”)',
    variable: 'GITHUB_TOKEN',
    token:
      'for this repository alone — Contents: read; Commit statuses, Deployments and Pull requests: read and write. Of a GitHub App: JSON of appId, installationId and privateKey',
    performing: 'Webhooks: read and write',
    tokens: '“Settings”, “Developer settings”, “Personal access tokens”; of a GitHub App, its installation',
  },
  gitlab: {
    name: 'GitLab',
    settings: (repository) => `https://${repository}/-/hooks`,
    hooks: (repository) => `https://${repository}/-/hooks`,
    url: 'URL',
    secret: 'Secret token',
    events: 'Push events (all branches), Tag push events, Merge request events',
    variable: 'GITLAB_TOKEN',
    token: 'a project access token, role Developer, scope api',
    performing: 'role Maintainer',
    tokens: '“Settings”, “Access tokens” of the project',
  },
  bitbucket: {
    name: 'Bitbucket',
    settings: (repository) => `https://${repository}/admin/webhooks`,
    hooks: (repository) => `https://${repository}/admin/webhooks`,
    url: 'URL',
    secret: 'Secret',
    events: 'Repository push; Pull request created, updated, merged, declined',
    variable: 'BITBUCKET_TOKEN',
    token: 'a repository access token — Repositories: read; Pull requests: write',
    performing: 'Webhooks: read and write',
    tokens: '“Repository settings”, “Access tokens”',
  },
  'bitbucket-server': {
    name: 'Bitbucket',
    settings: SERVER_PAGE,
    hooks: SERVER_PAGE,
    url: 'URL',
    secret: 'Secret',
    events: 'Repository push; Pull request opened, source branch updated, modified, merged, declined, deleted',
    variable: 'BITBUCKET_TOKEN',
    token: 'an HTTP access token of the repository — Repository read',
    performing: 'Repository admin',
    tokens: '“Repository settings”, “HTTP access tokens”',
  },
};

/** The field of GitLab's page that takes a key which signs. */
export const SIGNING_FIELD = 'Signing token';
