import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const PACE_MS = 20;
const MOST_LOOKS = 100;

/**
 * Ends what a build has left: processes that put themselves into a group of their own. They are known by the variable that
 * all of a build's processes have. Only where the system tells of its processes in /proc.
 */
export async function endLeftovers(id: string): Promise<void> {
  // One that is ended may have started another one before, and takes a moment to be gone.
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const left = await processesOf(id);
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
    await pause(PACE_MS);
  }
}

async function processesOf(id: string): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const all = names.map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const theirs = await Promise.all(
    all.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.split('\0').includes(`CODEBUILD_BUILD_ID=${id}`);
    }),
  );
  return all.filter((_pid, index) => theirs[index]);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
