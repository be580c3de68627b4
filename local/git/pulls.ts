import { git } from './command.ts';
import type { Forge } from './forge.ts';
import { pullRequestPayload } from './payloads/pull-request.ts';
import { commitNamed } from './refs.ts';
import type { Pull, Repository } from './repository.ts';

export interface PullAsked {
  /** The branch whose commits are offered. */
  head: string;
  /** The branch that they are to be merged into; `main` unless said otherwise. */
  base?: string;
  title?: string;
  /** Somebody else’s copy of the repository that has the branch, such as `somebody/site`. */
  from?: string;
}

/** Opens a pull request, and tells of it. */
export async function openPull(forge: Forge, repository: Repository, asked: PullAsked): Promise<Pull> {
  const { head, base = 'main', title = head, from } = asked;
  const theirs = from ? forge.repository(from) : repository;
  const [headSha, baseSha] = [
    theirs && (await commitNamed(theirs.folder, head)),
    await commitNamed(repository.folder, base),
  ];
  if (!theirs || !headSha || !baseSha)
    throw new Error(`there is no branch ${from ? `${from}:` : ''}${head}, or no ${base}`);
  const at = forge.now();
  const pull: Pull = {
    ...{ number: repository.pulls.length + 1, id: forge.nextId(), title, state: 'open', createdAt: at, updatedAt: at },
    head: { from: theirs, branch: head, sha: headSha },
    base: { branch: base, sha: baseSha },
  };
  await forge.fetchHead(repository, pull);
  repository.pulls.push(pull);
  await tell(forge, repository, pull, 'opened');
  return pull;
}

/** Closes a pull request and tells of it; a merged one is really merged, which is a push as well. */
export async function closePull(forge: Forge, repository: Repository, number: number, isMerged = false): Promise<Pull> {
  const pull = repository.pulls.find((one) => one.number === number);
  if (pull?.state !== 'open') throw new Error(`there is no open pull request ${number}`);
  if (isMerged) pull.merged = { commit: await forge.changing(repository, () => merge(repository, pull)) };
  const at = forge.now();
  Object.assign(pull, { state: 'closed', updatedAt: at, closedAt: at });
  await tell(forge, repository, pull, 'closed');
  return pull;
}

/** Opens one again that was closed and not merged, and tells of it: with the commits that its branch has by now. */
export async function reopenPull(forge: Forge, repository: Repository, number: number): Promise<Pull> {
  const pull = repository.pulls.find((one) => one.number === number);
  const sha = pull && (await commitNamed(pull.head.from.folder, pull.head.branch));
  if (pull?.state !== 'closed' || pull.merged || !sha)
    throw new Error(`there is no pull request ${number} that can be opened again`);
  await forge.fetchHead(repository, pull);
  const { closedAt: _, ...rest } = pull;
  const opened: Pull = { ...rest, state: 'open', updatedAt: forge.now(), head: { ...pull.head, sha } };
  repository.pulls[repository.pulls.indexOf(pull)] = opened;
  await tell(forge, repository, opened, 'reopened');
  return opened;
}

async function merge({ folder, owner }: Repository, { number, head, base }: Pull): Promise<string> {
  const line = async (...args: string[]) => (await git(folder, args)).toString().trim();
  const onto = await line('rev-parse', `refs/heads/${base.branch}`);
  const tree = await line('merge-tree', '--write-tree', onto, head.sha);
  const message = `Merge pull request #${number} from ${owner}/${head.branch}`;
  const commit = await line('commit-tree', tree, '-p', onto, '-p', head.sha, '-m', message);
  await line('update-ref', `refs/heads/${base.branch}`, commit, onto);
  return commit;
}

const tell = async (
  forge: Forge,
  repository: Repository,
  pull: Pull,
  action: 'opened' | 'closed' | 'reopened',
): Promise<void> =>
  forge.tell(repository, 'pull_request', await pullRequestPayload(repository, pull, { action }, forge.addresses));
