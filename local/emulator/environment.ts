import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Problem } from '../../shared/errors.ts';
import { findPython } from './python.ts';

/** Written last into a virtual environment: the requirements that it was made from. */
const MARK = 'made-from';

export interface EnvironmentOptions {
  /** Where the environment is to be, such as `.local/venv`. */
  folder: string;
  requirements: string;
  /** One line for each package. */
  onProgress?: (line: string) => void;
}

/**
 * The Python of a virtual environment that holds exactly the requirements; made
 * where it is missing, and anew when they have changed. It is made aside and put
 * in place whole, so one that was broken off is never used.
 */
export async function pythonEnvironment(
  options: EnvironmentOptions,
): Promise<{ python: string; made: boolean } | { problem: Problem }> {
  const { folder, requirements, onProgress = () => {} } = options;
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const python = join(folder, 'bin', 'python');
  if (await isMadeFrom(folder, wanted)) return { python, made: false };

  const found = await findPython();
  if ('problem' in found) return found;
  await removeAbandoned(folder);
  const aside = `${folder}.${process.pid}`;
  await mkdir(dirname(folder), { recursive: true });

  onProgress(`making a virtual environment with ${found.python}`);
  const made = await run(found.python, ['-m', 'venv', aside], onProgress);
  const installed = made ?? (await run(join(aside, 'bin', 'python'), installing(requirements), onProgress));
  if (installed) {
    await rm(aside, { recursive: true, force: true });
    return { problem: notInstalled(installed) };
  }
  await writeFile(join(aside, MARK), wanted);
  await putInPlace(aside, folder, wanted);
  return { python, made: true };
}

const installing = (requirements: string) => [
  ...['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-deps', '--progress-bar', 'off'],
  ...['--requirement', requirements],
];

async function isMadeFrom(folder: string, wanted: string): Promise<boolean> {
  const mark = join(folder, MARK);
  // The Python that it was made with may have gone since.
  return existsSync(join(folder, 'bin', 'python')) && existsSync(mark) && (await readFile(mark, 'utf8')) === wanted;
}

/** Another start may have been faster; then its environment is as good. */
async function putInPlace(aside: string, folder: string, wanted: string): Promise<void> {
  if (!(await isMadeFrom(folder, wanted))) {
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  }
  await rm(aside, { recursive: true, force: true });
}

/** Environments made aside by processes that are no more. */
async function removeAbandoned(folder: string): Promise<void> {
  const beside = dirname(folder);
  const names = await readdir(beside).catch(() => []);
  for (const name of names) {
    const [, pid] = /\.(\d+)$/.exec(name) ?? [];
    if (!pid || join(beside, name) !== `${folder}.${pid}` || isRunning(Number(pid))) continue;
    await rm(join(beside, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** @returns undefined when it went well, else the end of what it said. */
function run(command: string, args: string[], onProgress: (line: string) => void): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        const [, collected] = /^Collecting (\S+)/.exec(line) ?? [];
        if (collected) onProgress(collected);
      });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? undefined : said.slice(-5).join('\n') || `exit code ${code}`));
  });
}

const notInstalled = (said: string): Problem => ({
  code: 'EMULATOR_NOT_INSTALLED',
  message: `the emulator could not be installed: ${said}`,
  hint: 'pip needs a package index; behind a proxy, set PIP_INDEX_URL or HTTPS_PROXY',
});
