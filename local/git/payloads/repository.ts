import { AUTHOR } from '../command.ts';
import { defaultBranchOf, fullNameOf, type Repository } from '../repository.ts';

/** Where things are: GitHub writes it into all that it says. */
export interface Addresses {
  /** The pages for people. Its host is the one that names the repository. */
  site: string;
  api: string;
}

/** A user, as GitHub shows one. Whoever pushes or calls here is the repository’s owner. */
export function userOf(login: string, { site, api }: Addresses) {
  const url = `${api}/users/${login}`;
  return {
    ...{ login, id: 1, node_id: 'MDQ6VXNlcjE=', avatar_url: `${site}/avatars/u/1`, gravatar_id: '' },
    ...{ url, html_url: `${site}/${login}`, followers_url: `${url}/followers` },
    ...{ following_url: `${url}/following{/other_user}`, gists_url: `${url}/gists{/gist_id}` },
    ...{ starred_url: `${url}/starred{/owner}{/repo}`, subscriptions_url: `${url}/subscriptions` },
    ...{ organizations_url: `${url}/orgs`, repos_url: `${url}/repos`, events_url: `${url}/events{/privacy}` },
    ...{ received_events_url: `${url}/received_events`, type: 'User', site_admin: false },
  };
}

/** Addresses below a repository’s own: `{name}_url` and what follows it. */
const BELOW: Record<string, string> = {
  ...{ forks: 'forks', keys: 'keys{/key_id}', collaborators: 'collaborators{/collaborator}', teams: 'teams' },
  ...{ hooks: 'hooks', issue_events: 'issues/events{/number}', events: 'events', assignees: 'assignees{/user}' },
  ...{ branches: 'branches{/branch}', tags: 'tags', blobs: 'git/blobs{/sha}', git_tags: 'git/tags{/sha}' },
  ...{ git_refs: 'git/refs{/sha}', trees: 'git/trees{/sha}', statuses: 'statuses/{sha}', languages: 'languages' },
  ...{ stargazers: 'stargazers', contributors: 'contributors', subscribers: 'subscribers' },
  ...{ subscription: 'subscription', commits: 'commits{/sha}', git_commits: 'git/commits{/sha}' },
  ...{ comments: 'comments{/number}', issue_comment: 'issues/comments{/number}', contents: 'contents/{+path}' },
  ...{ compare: 'compare/{base}...{head}', merges: 'merges', archive: '{archive_format}{/ref}' },
  ...{ downloads: 'downloads', issues: 'issues{/number}', pulls: 'pulls{/number}' },
  ...{ milestones: 'milestones{/number}', notifications: 'notifications{?since,all,participating}' },
  ...{ labels: 'labels{/name}', releases: 'releases{/id}', deployments: 'deployments' },
};

/** A repository, as GitHub shows it. https://docs.github.com/en/enterprise-server/rest/repos/repos#get-a-repository */
export async function repositoryOf(repository: Repository, addresses: Addresses) {
  const fullName = fullNameOf(repository);
  const url = `${addresses.api}/repos/${fullName}`;
  const html = `${addresses.site}/${fullName}`;
  const below = Object.entries(BELOW).map(([name, path]) => [`${name}_url`, `${url}/${path}`]);
  const openIssues = repository.pulls.filter(({ state }) => state === 'open').length;
  return {
    ...{ id: repository.id, node_id: `R_${repository.id}`, name: repository.name, full_name: fullName },
    ...{
      private: false,
      owner: userOf(repository.owner, addresses),
      html_url: html,
      description: null,
      fork: false,
      url,
    },
    ...Object.fromEntries(below),
    ...{ created_at: stamp(repository.createdAt), updated_at: stamp(repository.pushedAt) },
    ...{ pushed_at: stamp(repository.pushedAt), git_url: `git://${html.replace(/^https?:\/\//, '')}.git` },
    ...{ ssh_url: `git@${new URL(html).hostname}:${fullName}.git`, clone_url: `${html}.git`, svn_url: html },
    ...{ homepage: null, size: 0, stargazers_count: 0, watchers_count: 0, language: null, has_issues: true },
    ...{ has_projects: false, has_downloads: true, has_wiki: false, has_pages: false, forks_count: 0 },
    ...{ mirror_url: null, archived: false, disabled: false, open_issues_count: openIssues, license: null },
    ...{ is_template: false, topics: [], visibility: 'public', web_commit_signoff_required: false },
    ...{ forks: 0, open_issues: openIssues, watchers: 0, default_branch: await defaultBranchOf(repository) },
  };
}

/** The same in a push: times are seconds there, and there is more of the owner. */
export async function pushedRepositoryOf(repository: Repository, addresses: Addresses) {
  const shown = await repositoryOf(repository, addresses);
  return {
    ...shown,
    owner: { name: repository.owner, email: AUTHOR.email, ...shown.owner },
    created_at: seconds(repository.createdAt),
    pushed_at: seconds(repository.pushedAt),
    stargazers: 0,
    master_branch: shown.default_branch,
  };
}

/** A time as GitHub writes it: without parts of a second. */
export const stamp = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;
const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000);
