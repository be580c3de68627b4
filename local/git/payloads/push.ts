import { AUTHOR, gitLine } from '../command.ts';
import { type Commit, commitOf, commitsOf } from '../commits.ts';
import { isAncestor, NOTHING, type RefChange } from '../refs.ts';
import { fullNameOf, type Repository } from '../repository.ts';
import { type Addresses, pushedRepositoryOf, userOf } from './repository.ts';

const SHORT = 12;

/**
 * The payload of a push, for one ref. As on GitHub, `after` of an annotated tag is the tag itself, and `head_commit` the
 * commit that it names. https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
 */
export async function pushPayload(repository: Repository, change: RefChange, addresses: Addresses) {
  const { ref, before, after } = change;
  const { folder } = repository;
  const html = `${addresses.site}/${fullNameOf(repository)}`;
  const [created, deleted] = [before === NOTHING, after === NOTHING];
  const isTag = ref.startsWith('refs/tags/');
  const head = deleted ? undefined : await gitLine(folder, ['rev-parse', '--verify', '--quiet', `${after}^{commit}`]);
  const commits = head && !isTag ? await newCommits(folder, change) : [];
  const show = shownAt(html, repository.owner);
  return {
    ...{ ref, before, after },
    repository: await pushedRepositoryOf(repository, addresses),
    pusher: { name: repository.owner, email: AUTHOR.email },
    sender: userOf(repository.owner, addresses),
    ...{ created, deleted, forced: !created && !deleted && !(await isAncestor(folder, before, after)) },
    base_ref: null,
    compare: compareUrl(html, change),
    commits: commits.map(show),
    head_commit: head ? show(await commitOf(folder, head)) : null,
  };
}

/** What is on the branch now, and was on no branch before. */
async function newCommits(folder: string, { ref, before, after }: RefChange): Promise<Commit[]> {
  if (before !== NOTHING) return commitsOf(folder, `${before}..${after}`);
  return commitsOf(folder, after, '--not', `--exclude=${ref}`, '--branches');
}

function compareUrl(html: string, { ref, before, after }: RefChange): string {
  if (before === NOTHING) return `${html}/compare/${ref.replace(/^refs\/(?:heads|tags)\//, '')}`;
  return `${html}/compare/${before.slice(0, SHORT)}...${after.slice(0, SHORT)}`;
}

const shownAt = (html: string, username: string) => (commit: Commit) => {
  const person = ({ name, email }: Commit['author']) => ({ name, email, username });
  return {
    ...{ id: commit.id, tree_id: commit.tree, distinct: true, message: commit.message },
    ...{ timestamp: commit.committer.date, url: `${html}/commit/${commit.id}` },
    ...{ author: person(commit.author), committer: person(commit.committer) },
    ...{ added: commit.added, removed: commit.removed, modified: commit.modified },
  };
};
