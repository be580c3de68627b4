import { execFile } from 'node:child_process';
import { hostname, userInfo } from 'node:os';
import { promisify } from 'node:util';

/** Who asks: `ada@laptop`, in letters that a header can carry. */
export function requestedBy(): string {
  return `${userName()}@${hostname()}`.replace(/[^\x21-\x7e]/g, '_').slice(0, 128);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return 'unknown';
  }
}

/** The commit that a folder is at; `changed` when it holds what no commit does, undefined outside of git. */
export async function commitOf(folder: string): Promise<string | 'changed' | undefined> {
  try {
    const commit = (await git(folder, 'rev-parse', 'HEAD')).trim();
    const changes = await git(folder, 'status', '--porcelain');
    if (changes) return 'changed';
    return /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
  } catch {
    return undefined;
  }
}

async function git(folder: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0' };
  const { stdout } = await promisify(execFile)('git', ['-C', folder, ...args], { env, timeout: 10_000 });
  return stdout;
}
