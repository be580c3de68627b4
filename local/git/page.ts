import { type Answer, notFound } from './api/answer.ts';
import { latest } from './api/statuses.ts';
import { git } from './command.ts';
import { type Commit, commitOf, commitsOf } from './commits.ts';
import { commitNamed } from './refs.ts';
import { fullNameOf, type Repository } from './repository.ts';

const SHORT = 10;
const MOST = 20;

/** What people see of a repository (`/acme/site`) or of one commit of it (`/acme/site/commit/…`), as text. */
export async function pageOf(repository: Repository, commit: string | undefined): Promise<Answer> {
  const lines = commit === undefined ? await overview(repository) : await commitPage(repository, commit);
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: Buffer.from(`${lines.join('\n')}\n`),
  };
}

async function overview(repository: Repository): Promise<string[]> {
  const listed = await git(repository.folder, ['for-each-ref', '--format=%(objectname)', 'refs/heads']);
  const heads = listed.toString().split('\n').filter(Boolean);
  const commits = heads.length ? await commitsOf(repository.folder, `--max-count=${MOST}`, '--branches') : [];
  const nothing = ['Nothing was pushed yet'];
  const shown = commits.reverse().flatMap((commit) => [titleOf(commit), ...statusesOf(repository, commit.id)]);
  return [fullNameOf(repository), '', ...(shown.length ? shown : nothing)];
}

async function commitPage(repository: Repository, name: string): Promise<string[]> {
  const id = await commitNamed(repository.folder, name);
  if (!id) throw notFound();
  const commit = await commitOf(repository.folder, id);
  const comments = repository.comments.filter(({ on }) => 'commit' in on && on.commit === id);
  return [
    ...[`${fullNameOf(repository)} ${id}`, `${commit.author.name}, ${commit.author.date}`, '', commit.message, ''],
    ...statusesOf(repository, id),
    ...comments.flatMap(({ body }) => ['', '-- comment', body]),
  ];
}

const titleOf = ({ id, message }: Commit): string => `${id.slice(0, SHORT)} ${message.split('\n', 1)[0]}`;

const statusesOf = (repository: Repository, id: string): string[] =>
  latest(repository.statuses.filter(({ sha }) => sha === id).reverse()).map(
    ({ state, context, description, target_url }) =>
      [`  ${state.padEnd(7)} ${context}`, description, target_url].filter(Boolean).join('  '),
  );
