import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Problem } from '../../shared/errors.ts';

const MOST_BYTES = 256 * 1024 * 1024;

/** Who writes the commits that are made here. */
export const AUTHOR = { name: 'Acme', email: 'acme@example.com' };

/** Git's variables, and no settings of whoever runs it: the same commands do the same on every machine. */
export function gitEnvironment(more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: '/dev/null',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: AUTHOR.name,
    GIT_AUTHOR_EMAIL: AUTHOR.email,
    GIT_COMMITTER_NAME: AUTHOR.name,
    GIT_COMMITTER_EMAIL: AUTHOR.email,
    // Nothing goes on in a repository after a command has ended.
    ...{ GIT_CONFIG_COUNT: '2', GIT_CONFIG_KEY_0: 'gc.auto', GIT_CONFIG_VALUE_0: '0' },
    ...{ GIT_CONFIG_KEY_1: 'maintenance.auto', GIT_CONFIG_VALUE_1: 'false' },
    ...more,
  };
}

/** Git said no, with its own words. */
export class GitFailed extends Error {}

/** Runs git in a folder and gives what it printed. @throws GitFailed */
export async function git(folder: string, args: readonly string[], input?: string): Promise<Buffer> {
  const running = promisify(execFile)('git', [...args], {
    cwd: folder,
    env: gitEnvironment(),
    encoding: 'buffer',
    maxBuffer: MOST_BYTES,
  });
  running.child.stdin?.on('error', () => {});
  running.child.stdin?.end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    throw new GitFailed(`git ${args.join(' ')}: ${stderr?.toString().trim() || String(error)}`);
  }
}

/** What it printed, as a line; undefined where git says no. */
export async function gitLine(folder: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return (await git(folder, args)).toString().trim();
  } catch (error) {
    if (error instanceof GitFailed) return undefined;
    throw error;
  }
}

/** Git as a stream: what it prints is to be read, and what it reads to be written. */
export const gitStream = (folder: string, args: readonly string[], variables: Record<string, string> = {}) =>
  spawn('git', [...args], { cwd: folder, env: gitEnvironment(variables), stdio: ['pipe', 'pipe', 'ignore'] });

/** Why this machine cannot serve repositories; undefined where it can. */
export async function missingGit(): Promise<Problem | undefined> {
  const programs = await gitLine('/', ['--exec-path']);
  if (programs && existsSync(join(programs, 'git-http-backend'))) return undefined;
  return {
    code: 'NO_GIT',
    message: programs ? 'git on this machine comes without git http-backend' : 'git is not on this machine',
    hint: programs
      ? 'install the package that has it, such as git-daemon on Alpine or git-core on Fedora, and try again'
      : 'install git (https://git-scm.com/downloads), and try again',
  };
}
