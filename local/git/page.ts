import type { Answer } from './api/answer.ts';
import { latest } from './api/statuses.ts';
import { git } from './command.ts';
import { type Commit, commitOf, commitsOf } from './commits.ts';
import type { Forge } from './forge.ts';
import { commitNamed } from './refs.ts';
import { type Comment, fullNameOf, type Repository } from './repository.ts';
import { type Line, sheet } from './sheet.ts';

const SHORT = 10;
const MOST = 20;
const PAGE = /^\/([\w-]+\/[\w.-]+?)(?:\.git)?(?:\/commit\/([\w./-]+?)|\/pull\/(\d+))?\/?$/;

/** The server, and the token that people call its API by. */
interface Seen {
  forge: Forge;
  token: string;
}

/**
 * What people see, without a token: the repositories (`/`), one of them (`/acme/site`, also as it is cloned), what a
 * commit was told (`/acme/site/commit/…`) and a pull request (`/acme/site/pull/1`).
 * @param accept the header, by which browsers get something to click on
 */
export async function pageAt(seen: Seen, path: string, accept = ''): Promise<Answer> {
  const lines = await linesAt(seen, path);
  return lines ? sheet(200, lines, accept) : sheet(404, [`There is no ${path} here`, '', ALL], accept);
}

const ALL: Line = { text: 'All repositories', to: '/' };

async function linesAt({ forge, token }: Seen, path: string): Promise<Line[] | undefined> {
  if (path === '/') return listing(forge);
  const [, name = '', commit, pull] = PAGE.exec(path) ?? [];
  const repository = forge.repository(name);
  if (!repository) return undefined;
  if (pull) return pullPage(repository, Number(pull));
  return commit ? commitPage(repository, commit) : overview({ forge, token }, repository);
}

function listing(forge: Forge): Line[] {
  const all = forge.repositories().map(fullNameOf);
  return [
    'Repositories',
    '',
    ...(all.length ? all.map((name) => ({ text: name, to: `/${name}` })) : ['There is none yet']),
    '',
    `The first push to another one makes it: git push ${addressOf(forge, 'acme/other')} main`,
  ];
}

async function overview({ forge, token }: Seen, repository: Repository): Promise<Line[]> {
  const name = fullNameOf(repository);
  const listed = await git(repository.folder, ['for-each-ref', '--format=%(objectname)', 'refs/heads']);
  const heads = listed.toString().split('\n').filter(Boolean);
  const commits = heads.length ? await commitsOf(repository.folder, `--max-count=${MOST}`, '--branches') : [];
  const shown = commits
    .reverse()
    .flatMap((commit) => [
      { text: titleOf(commit), to: `/${name}/commit/${commit.id}` },
      ...statusesOf(repository, commit.id),
    ]);
  const pulls = repository.pulls.map(({ number, title, state }) => ({
    text: `#${number} ${title} (${state})`,
    to: `/${name}/pull/${number}`,
  }));
  return [
    ...[name, `git clone ${addressOf(forge, name)}`, ''],
    ...(shown.length ? shown : ['Nothing was pushed yet']),
    ...(pulls.length ? ['', 'Pull requests', ...pulls] : []),
    ...(repository.hooks.length ? [] : ['', ...connecting(forge, name, token)]),
    ...['', ALL],
  ];
}

const addressOf = ({ addresses }: Forge, name: string): string => `${new URL(addresses.api).origin}/${name}.git`;

const connecting = ({ addresses }: Forge, name: string, token: string): string[] => [
  'It has no webhook: pushes to it deploy nothing. To connect it:',
  `  GITHUB_TOKEN=${token} npx pilot connect github ${name} --host ${new URL(addresses.site).hostname} --api ${addresses.api} --pilot NAME --perform`,
];

async function commitPage(repository: Repository, named: string): Promise<Line[] | undefined> {
  const id = await commitNamed(repository.folder, named);
  if (!id) return undefined;
  const commit = await commitOf(repository.folder, id);
  const statuses = statusesOf(repository, id);
  return [
    ...[`${fullNameOf(repository)} ${id}`, `${commit.author.name}, ${commit.author.date}`, '', commit.message, ''],
    ...(statuses.length ? statuses : ['Nobody has told it a status yet']),
    ...commentsOf(repository, (on) => 'commit' in on && on.commit === id),
    ...['', { text: `All of ${fullNameOf(repository)}`, to: `/${fullNameOf(repository)}` }],
  ];
}

function pullPage(repository: Repository, number: number): Line[] | undefined {
  const pull = repository.pulls.find((one) => one.number === number);
  if (!pull) return undefined;
  const name = fullNameOf(repository);
  return [
    `${name}#${number} ${pull.title}`,
    `${pull.merged ? 'merged' : pull.state}, ${pull.head.branch} into ${pull.base.branch}`,
    ...['', { text: pull.head.sha, to: `/${name}/commit/${pull.head.sha}` }],
    ...statusesOf(repository, pull.head.sha),
    ...commentsOf(repository, (on) => 'pull' in on && on.pull === number),
    ...['', { text: `All of ${name}`, to: `/${name}` }],
  ];
}

const commentsOf = ({ comments }: Repository, isHere: (on: Comment['on']) => boolean): string[] =>
  comments.filter(({ on }) => isHere(on)).flatMap(({ body }) => ['', '-- comment', body]);

const titleOf = ({ id, message }: Commit): string => `${id.slice(0, SHORT)} ${message.split('\n', 1)[0]}`;

const statusesOf = (repository: Repository, id: string): string[] =>
  latest(repository.statuses.filter(({ sha }) => sha === id).reverse()).map(
    ({ state, context, description, target_url }) =>
      [`  ${state.padEnd(7)} ${context}`, description, target_url].filter(Boolean).join('  '),
  );
