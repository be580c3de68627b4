import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Child, startChild } from '../children.ts';

/** A process that stands for an instance. */
export interface Instance {
  port: number;
  child: Child;
}

export interface InstanceOptions {
  /** Holds the files of the bundle. */
  folder: string;
  command: string;
  variables: Record<string, string>;
  log: string;
  /** What has to answer well before it counts as started; without it, any answer will do. */
  health?: string;
}

const STARTING_MS = 20_000;
const STEP_MS = 100;

/** Starts a process and waits until it answers. @returns why it does not, in words, otherwise. */
export async function startInstance(options: InstanceOptions): Promise<Instance | string> {
  const { folder, command, variables, log, health } = options;
  const port = await freePort();
  const child = await startChild('sh', ['-c', command], {
    env: { PATH: process.env.PATH ?? '', HOME: folder, ...variables, PORT: String(port) },
    log,
    cwd: folder,
    what: 'environments of Elastic Beanstalk',
  });
  let code: number | null | undefined;
  void child.ended.then((ended) => {
    code = ended;
  });
  const deadline = Date.now() + STARTING_MS;
  while (Date.now() < deadline && code === undefined) {
    const status = await statusOf(port, health ?? '/');
    if (status !== undefined && (health === undefined || isGood(status))) return { port, child };
    await pause(STEP_MS);
  }
  await child.stop();
  const said = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-3).join(' ');
  return code === undefined
    ? `nothing answers well at ${health ?? '/'} after ${STARTING_MS / 1000} s`
    : `it ended with exit code ${code}: ${said}`;
}

/** As load balancers are told here, unless a manifest says otherwise. */
export const isGood = (status: number): boolean => status >= 200 && status < 400;

/** The status that a path is answered with; undefined when nothing answers. */
export function statusOf(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const asking = request({ host: '127.0.0.1', port, path, agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(undefined));
    asking.end();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
