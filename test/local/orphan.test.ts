import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endAsOrphan } from '../../local/orphan.ts';
import { until } from './emulator/running.ts';

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const script = `
  import { endChildrenToo } from ${JSON.stringify(join(__dirname, '../../local/children.ts'))};
  import { endAsOrphan } from ${JSON.stringify(join(__dirname, '../../local/orphan.ts'))};
  endChildrenToo();
  endAsOrphan();
  console.log(process.pid);
  setInterval(() => {}, 1000);`;

/** A script as npm starts it: by a shell, which waits for it. @returns the shell, and the script's pid. */
async function started(env: Record<string, string>) {
  const quoted = `'${script.replaceAll("'", String.raw`'\''`)}'`;
  const shell = spawn('sh', ['-c', `"${process.execPath}" --input-type=module -e ${quoted}; true`], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [said] = (await once(shell.stdout, 'data')) as [Buffer];
  return { shell, pid: Number(String(said)) };
}

describe('a script whose shell is gone', () => {
  test('ends, where npm started it', async () => {
    const { shell, pid } = await started({ npm_lifecycle_event: 'start' });
    expect(isRunning(pid)).toBe(true);
    shell.kill('SIGTERM');
    await until(async () => !isRunning(pid));
  });

  test('goes on, where it was started by hand', () => {
    jest.useFakeTimers();
    endAsOrphan({});
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
});

test('a script that nobody has started anything in yet ends by a signal', async () => {
  const { pid } = await started({});
  process.kill(pid, 'SIGINT');
  await until(async () => !isRunning(pid));
});
