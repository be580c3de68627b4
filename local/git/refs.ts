import { git, gitLine } from './command.ts';

/** What a ref is where it is not there. */
export const NOTHING = '0'.repeat(40);

/** A branch or a tag that points elsewhere than before. */
export interface RefChange {
  /** Such as `refs/heads/main`. */
  ref: string;
  before: string;
  after: string;
}

/** All branches and tags, and what they point to: for an annotated tag that is the tag. */
export async function refsOf(folder: string): Promise<Map<string, string>> {
  const listed = await git(folder, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags']);
  const lines = listed.toString().split('\n').filter(Boolean);
  return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]));
}

/** What became of the refs in between. Pure. */
export function changesBetween(before: Map<string, string>, after: Map<string, string>): RefChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? NOTHING, after: after.get(ref) ?? NOTHING }))
    .filter((change) => change.before !== change.after);
}

/** The commit that something names: a commit, a branch, a tag. Undefined where it names none. */
export async function commitNamed(folder: string, name: string): Promise<string | undefined> {
  if (!name || name.startsWith('-') || /[\s~^:?*[\\]|\.\.|@\{/.test(name)) return undefined;
  for (const candidate of [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`, name]) {
    const found = await gitLine(folder, [
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${candidate}^{commit}`,
    ]);
    if (found) return found;
  }
  return undefined;
}

/** Whether the one can be reached from the other. */
export const isAncestor = async (folder: string, one: string, other: string): Promise<boolean> =>
  (await gitLine(folder, ['merge-base', '--is-ancestor', one, other])) !== undefined;
