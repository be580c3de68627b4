import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from '../../local/children.ts';
import { until } from './emulator/running.ts';

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pilotage-children-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const env = { PATH: process.env.PATH ?? '' };
const said = (log: string) => until(async () => /\d+/.exec(await readFile(log, 'utf8').catch(() => ''))?.[0]);

describe('a child', () => {
  test('is stopped with all that it started, even when it does not listen', async () => {
    const log = join(folder, 'deaf.log');
    const child = await startChild('sh', ['-c', "trap '' TERM; sleep 1000 & echo $!; wait; wait"], {
      env,
      log,
      grace: 50,
    });
    const grandchild = Number(await said(log));
    await child.stop();
    expect(isRunning(child.pid)).toBe(false);
    await until(async () => !isRunning(grandchild));
    await child.stop();
  });

  test('tells its exit code', async () => {
    const child = await startChild('sh', ['-c', 'exit 7'], { env, log: join(folder, 'code.log') });
    expect(await child.ended).toBe(7);
  });

  test('that cannot be started is an error', async () => {
    await expect(startChild('/no/such/program', [], { env, log: join(folder, 'none.log') })).rejects.toThrow('ENOENT');
  });
});

describe('when its parent ends, a child that started another ends with it', () => {
  const endings: Record<string, [string, (parent: ChildProcess) => void]> = {
    'by itself': ['process.exit(0)', () => {}],
    'by an error': ["setTimeout(() => { throw new Error('expected') })", () => {}],
    'by Ctrl-C': ['', (parent) => parent.kill('SIGINT')],
    'by SIGTERM': ['', (parent) => parent.kill('SIGTERM')],
    'by SIGHUP': ['', (parent) => parent.kill('SIGHUP')],
  };
  test.each(Object.entries(endings))('%s', async (name, [code, end]) => {
    const log = join(folder, `${name}.log`);
    const script = `
      import { startChild } from ${JSON.stringify(join(__dirname, '../../local/children.ts'))};
      await startChild('sh', ['-c', 'sleep 1000 & echo $!; wait'], { env: { PATH: process.env.PATH }, log: ${JSON.stringify(log)} });
      const { readFile } = await import('node:fs/promises');
      while (!(await readFile(${JSON.stringify(log)}, 'utf8'))) await new Promise((r) => setTimeout(r, 10));
      console.log('ready');
      ${code};
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(parent, 'exit');
    await once(parent.stdout, 'data');
    const grandchild = Number(await said(log));
    end(parent);
    await ended;
    await until(async () => !isRunning(grandchild));
  });
});

describe('somebody who presses Ctrl-C', () => {
  const CHILDREN = JSON.stringify(join(__dirname, '../../local/children.ts'));

  /** A program with one child, which is deaf to TERM where it is said. */
  async function started(name: string, isDeaf: boolean) {
    const log = join(folder, `${name}.log`);
    const script = `
      import { endChildrenToo, startChild } from ${CHILDREN};
      endChildrenToo((line) => console.log(line));
      await startChild('sh', ['-c', ${JSON.stringify(`${isDeaf ? "trap '' TERM; " : ''}sleep 1000 & echo $!; wait; wait`)}], {
        env: { PATH: process.env.PATH }, log: ${JSON.stringify(log)}, what: 'the emulator', grace: 60_000,
      });
      console.log('ready');
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    parent.stdout.on('data', (chunk) => {
      text += chunk;
    });
    const ended = once(parent, 'exit') as Promise<[number | null]>;
    await until(async () => text.includes('ready'));
    return { parent, ended, said: () => text, grandchild: Number(await said(log)) };
  }

  test('is told what is stopped, and when it is', async () => {
    const { parent, ended, said: told } = await started('told', false);
    parent.kill('SIGINT');
    expect((await ended)[0]).toBe(130);
    expect(told()).toMatch(/^ready\nStopping the emulator … .*\nEverything is stopped, after \d\.\d s\n$/);
  });

  test('is heard once where npm hands the same on at once', async () => {
    const { parent, ended, said: told } = await started('twice', false);
    parent.kill('SIGINT');
    parent.kill('SIGINT');
    expect((await ended)[0]).toBe(130);
    expect(told()).toContain('Everything is stopped');
  });

  test('once more need not wait, and nothing stays', async () => {
    const { parent, ended, said: told, grandchild } = await started('again', true);
    parent.kill('SIGINT');
    await until(async () => told().includes('Stopping'));
    const again = setInterval(() => parent.kill('SIGINT'), 100);
    expect((await ended)[0]).toBe(130);
    clearInterval(again);
    expect(told()).toMatch(/\nEnded at once\n$/);
    await until(async () => !isRunning(grandchild));
  });
});
