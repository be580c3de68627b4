import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from './command.ts';

/** Where somebody works on a repository, with the real git and none of this machine’s settings. */
export interface WorkingCopy {
  folder: string;
  /** Writes files, those without content are removed, and commits all. @returns the commit */
  commit(files: Record<string, string | Uint8Array | undefined>, message?: string): Promise<string>;
  /** The same with a folder’s files, which are added to those that are there. */
  commitFolder(folder: string, message?: string): Promise<string>;
  /** Goes to a branch, which is made here where there is none. */
  branch(name: string): Promise<void>;
  /** Takes the branch back to a commit. */
  reset(commit: string): Promise<void>;
  /** Names a commit, the last one unless said otherwise; with a message the tag is an annotated one. @returns what the tag points to */
  tag(name: string, options?: { message?: string; commit?: string }): Promise<string>;
  /** Pushes refs; the branch that it is on, unless said otherwise. */
  push(...refs: string[]): Promise<void>;
  forcePush(...refs: string[]): Promise<void>;
  /** Removes branches or tags at the server. */
  remove(...refs: string[]): Promise<void>;
  pull(): Promise<void>;
  /** The last commit. */
  head(): Promise<string>;
  /** Any other command of git. @throws GitFailed */
  run(...args: string[]): Promise<string>;
}

/** Clones a repository into a folder that is not there yet. @throws GitFailed */
export async function workingCopy(folder: string, url: string): Promise<WorkingCopy> {
  await mkdir(dirname(folder), { recursive: true });
  await git(dirname(folder), ['clone', '--quiet', url, folder]);
  const run = async (...args: string[]) => (await git(folder, args)).toString().trim();
  const current = () => run('symbolic-ref', '--short', 'HEAD');
  const commitAll = async (message: string) => {
    await run('add', '--all');
    await run('commit', '--quiet', '--allow-empty', '--no-gpg-sign', '-m', message);
    return run('rev-parse', 'HEAD');
  };
  return {
    folder,
    async commit(files, message = 'Change') {
      for (const [path, content] of Object.entries(files)) {
        const file = join(folder, path);
        await mkdir(dirname(file), { recursive: true });
        await (content === undefined ? rm(file, { recursive: true }) : writeFile(file, content));
      }
      return commitAll(message);
    },
    async commitFolder(from, message = 'Change') {
      await cp(from, folder, { recursive: true });
      return commitAll(message);
    },
    async branch(name) {
      const isThere = (await run('branch', '--list', name)) !== '';
      await run('switch', '--quiet', ...(isThere ? [] : ['--create']), name);
    },
    reset: async (commit) => void (await run('reset', '--quiet', '--hard', commit)),
    async tag(name, { message, commit = 'HEAD' } = {}) {
      await run(
        'tag',
        '--no-sign',
        '--force',
        ...(message === undefined ? [] : ['--annotate', '-m', message]),
        name,
        commit,
      );
      return run('rev-parse', `refs/tags/${name}`);
    },
    push: async (...refs) => void (await run('push', '--quiet', 'origin', ...(refs.length ? refs : [await current()]))),
    forcePush: async (...refs) =>
      void (await run('push', '--quiet', '--force', 'origin', ...(refs.length ? refs : [await current()]))),
    remove: async (...refs) => void (await run('push', '--quiet', '--delete', 'origin', ...refs)),
    pull: async () => void (await run('pull', '--quiet', '--ff-only', 'origin', await current())),
    head: () => run('rev-parse', 'HEAD'),
    run,
  };
}
