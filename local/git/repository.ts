import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './command.ts';

/** What a repository keeps beside its commits, in the words of GitHub’s API. */
export interface Repository {
  owner: string;
  name: string;
  /** Its bare repository. */
  folder: string;
  id: number;
  createdAt: Date;
  pushedAt: Date;
  hooks: Hook[];
  statuses: Status[];
  /** On commits and on pull requests. */
  comments: Comment[];
  deployments: Deployment[];
  pulls: Pull[];
}

export interface Hook {
  id: number;
  active: boolean;
  events: string[];
  config: { url: string; content_type: 'json' | 'form'; secret?: string; insecure_ssl: string };
  createdAt: Date;
  updatedAt: Date;
  /** How the last delivery went. */
  last: { code: number | null; status: string; message: string | null };
}

export interface Status {
  id: number;
  sha: string;
  state: string;
  context: string;
  description: string | null;
  target_url: string | null;
  at: Date;
}

export interface Comment {
  id: number;
  /** What it stands below. */
  on: { commit: string } | { pull: number };
  body: string;
  createdAt: Date;
  updatedAt: Date;
}

export interface Deployment {
  id: number;
  sha: string;
  ref: string;
  task: string;
  payload: unknown;
  environment: string;
  description: string | null;
  transient: boolean;
  production: boolean;
  at: Date;
  /** Oldest first. */
  statuses: DeploymentStatus[];
}

export interface DeploymentStatus {
  id: number;
  state: string;
  description: string;
  environment: string;
  log_url: string;
  environment_url: string;
  at: Date;
}

export interface Pull {
  number: number;
  id: number;
  title: string;
  /** Whose branch it is: this repository’s, or a copy of somebody else’s. */
  head: { from: Repository; branch: string; sha: string };
  base: { branch: string; sha: string };
  state: 'open' | 'closed';
  merged?: { commit: string };
  createdAt: Date;
  updatedAt: Date;
  closedAt?: Date;
}

/** Whether a repository may be named so: `acme/site`, and nothing that leads to the API or to archives. */
export const isRepositoryName = (fullName: string): boolean =>
  /^(?!(?:api|_codeload)\/)[\w-]+\/(?!\.)[\w.-]+(?<!\.git)$/.test(fullName);

/** Opens a bare repository, and makes it first where there is none. */
export async function openRepository(root: string, fullName: string, id: number, now: Date): Promise<Repository> {
  if (!isRepositoryName(fullName))
    throw new Error(`${JSON.stringify(fullName)} is not the name of a repository, such as acme/site`);
  const [owner = '', name = ''] = fullName.split('/');
  const folder = join(root, owner, `${name}.git`);
  if (!existsSync(join(folder, 'HEAD'))) {
    await mkdir(folder, { recursive: true });
    await git(folder, ['init', '--quiet', '--bare', '--initial-branch=main']);
  }
  return {
    ...{ owner, name, folder, id, createdAt: now, pushedAt: now },
    ...{ hooks: [], statuses: [], comments: [], deployments: [], pulls: [] },
  };
}

export const fullNameOf = ({ owner, name }: Repository): string => `${owner}/${name}`;

/** The branch that HEAD names. */
export const defaultBranchOf = async ({ folder }: Repository): Promise<string> =>
  (await git(folder, ['symbolic-ref', '--short', 'HEAD'])).toString().trim();
