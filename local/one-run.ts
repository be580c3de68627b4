import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../shared/errors.ts';

/**
 * Claims a folder for one run: two would overwrite each other's note, log and
 * temporary files. The claim of a run that is gone counts for nothing.
 */
export function claimRun(folder: string): { release(): void } | { problem: Problem } {
  const file = join(folder, 'running');
  mkdirSync(folder, { recursive: true });
  for (let tried = 0; tried < 2; tried++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = ownerOf(file);
      if (pid !== undefined && lives(pid)) return { problem: runsAlready(pid) };
      rmSync(file, { force: true });
    }
  }
  return { problem: runsAlready(ownerOf(file) ?? 0) };
}

function ownerOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const runsAlready = (pid: number): Problem => ({
  code: 'RUNS_ALREADY',
  message: `npm start runs in this folder already (process ${pid})`,
  hint: 'use that one, end it with Ctrl-C, or start the other in a clone of its own',
});
