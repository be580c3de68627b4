import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalGit, startGit } from '../../local/git/git.ts';
import { type WorkingCopy, workingCopy } from '../../local/git/working-copy.ts';

/** A git server of a test’s own, on a port that is free. */
export interface GitServer extends LocalGit {
  /** Where its things lie, until it is stopped. */
  folder: string;
  /** Makes a repository and a working copy of it; again for another copy of the same. */
  workOn(name: string): Promise<WorkingCopy>;
}

export async function gitServer(): Promise<GitServer> {
  const folder = await mkdtemp(join(tmpdir(), 'pilotage-git-'));
  const started = await startGit({ folder: join(folder, 'repositories'), port: 0 });
  if ('problem' in started) throw new Error(`${started.problem.message}: ${started.problem.hint}`);
  const { git } = started;
  let copies = 0;
  return {
    ...git,
    folder,
    async workOn(name) {
      const { url } = await git.createRepository(name);
      return workingCopy(join(folder, `copy-${++copies}`), url);
    },
    async stop() {
      await git.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
