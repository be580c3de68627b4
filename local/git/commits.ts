import { git } from './command.ts';

/** How many commits a webhook or a comparison names at most. */
export const MOST_COMMITS = 2048;

interface Person {
  name: string;
  email: string;
  date: string;
}

export interface Commit {
  id: string;
  tree: string;
  parents: string[];
  author: Person;
  committer: Person;
  message: string;
  /** Paths, against the first parent. */
  added: string[];
  removed: string[];
  modified: string[];
}

const FIELDS = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'];
const FORMAT = `--format=%x01${FIELDS.join('%x02')}%x03`;

/** Commits that the arguments of `git log` name, oldest first. */
export async function commitsOf(folder: string, ...named: string[]): Promise<Commit[]> {
  const printed = await git(folder, [
    ...['log', '-z', '--reverse', '--no-renames', '--name-status', '--diff-merges=first-parent'],
    ...[`--max-count=${MOST_COMMITS}`, FORMAT, ...named, '--'],
  ]);
  return printed.toString().split('\x01').slice(1).map(readCommit);
}

/** One that is there. */
export async function commitOf(folder: string, id: string): Promise<Commit> {
  const [commit] = await commitsOf(folder, '--max-count=1', id);
  if (!commit) throw new Error(`there is no commit ${id}`);
  return commit;
}

function readCommit(printed: string): Commit {
  const [head = '', rest = ''] = printed.split('\x03');
  const [id = '', tree = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', message = ''] =
    head.split('\x02');
  const words = rest
    .replace(/^[\0\n]+/, '')
    .split('\0')
    .filter(Boolean);
  const changed = words.flatMap((word, index) => (index % 2 ? [] : [[word, words[index + 1] ?? ''] as const]));
  const paths = (letters: string) => changed.filter(([letter]) => letters.includes(letter)).map(([, path]) => path);
  return {
    ...{ id, tree, parents: parents.split(' ').filter(Boolean), message: message.trimEnd() },
    author: { name: an, email: ae, date: ad },
    committer: { name: cn, email: ce, date: cd },
    ...{ added: paths('A'), removed: paths('D'), modified: paths('MT') },
  };
}
