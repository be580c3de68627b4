import { existsSync } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { Problem } from '../../shared/errors.ts';
import { type Child, startChild } from '../children.ts';
import { busy, isFree } from '../ports.ts';
import { pythonEnvironment } from './environment.ts';
import { type BeanstalkAt, emulatorVariables } from './variables.ts';

export interface EmulatorOptions {
  port: number;
  /** The repository; the working directory unless said otherwise. */
  root?: string;
  /** Whether IAM is enforced: each function may do what its role says and nothing else. True unless said otherwise. */
  auth?: boolean;
  region?: string;
  /** Where functions send their calls when not straight to the emulator, such as a recording proxy. */
  functionsPort?: number;
  /** Where Elastic Beanstalk is; functions reach none unless said otherwise. */
  beanstalk?: BeanstalkAt;
  /** Where CodeBuild's API is, when builds are really to run; the emulator only says that it has built. */
  builds?: string;
  /** The names of the patches to apply; all unless said otherwise. */
  patches?: readonly string[];
  /** Where state is kept that is of no use after the run, and the log; `.local` unless said otherwise. */
  folder?: string;
  /** Milliseconds until it is given up; 30,000 unless said otherwise. */
  patience?: number;
  onProgress?: (line: string) => void;
}

export interface Emulator {
  /** `http://127.0.0.1:<port>`: an address, so that the SDK uses path-style bucket names. */
  url: string;
  region: string;
  account: string;
  /** The account's root: may do all. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  log: string;
  pid: number;
  /** Fulfilled when it has ended. */
  ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** The account and the region of what runs here, unless said otherwise. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/**
 * Starts the AWS emulator, installed where it is missing, and waits until it
 * answers. It ends with this process, however that ends.
 */
export async function startEmulator(options: EmulatorOptions): Promise<{ emulator: Emulator } | { problem: Problem }> {
  const { port, root = process.cwd(), region = REGION, onProgress } = options;
  const home = join(root, 'local/emulator');
  const folder = options.folder ?? join(root, '.local');
  const environment = await pythonEnvironment({
    folder: join(root, '.local/venv'),
    requirements: join(home, 'requirements.txt'),
    ...(onProgress && { onProgress }),
  });
  if ('problem' in environment) return environment;

  // Another emulator there would answer in its place.
  if (!(await isFree(port))) return { problem: busy(port) };
  const temporary = join(folder, 'tmp');
  const log = join(folder, 'emulator.log');
  // Databases of an emulator that was killed may still be on their way out.
  await rm(temporary, { recursive: true, force: true, maxRetries: 10 });
  await mkdir(temporary, { recursive: true });
  // The emulator writes its Lambda workers there, as CommonJS; the repository is a module.
  await writeFile(join(temporary, 'package.json'), '{"type":"commonjs"}');
  await rm(log, { force: true });
  const child = await startChild(environment.python, [join(home, 'launch.py')], {
    env: emulatorVariables({ ...options, root, region, account: ACCOUNT, temporary }),
    log,
    what: 'the AWS emulator with all that runs in it',
  });
  const url = `http://127.0.0.1:${port}`;
  if (!(await answers(url, child, options.patience ?? 30_000))) {
    await child.stop();
    return { problem: await notStarted(log) };
  }
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const { pid, ended, stop } = child;
  return { emulator: { url, region, account: ACCOUNT, credentials, log, pid, ended, stop } };
}

async function answers(url: string, child: Child, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  let ended = false;
  void child.ended.then(() => {
    ended = true;
  });
  while (!ended && Date.now() < deadline) {
    const ready = await fetch(`${url}/_ministack/ready`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    if (ready?.ok && !ended) return true;
    await after(50);
  }
  return false;
}

async function notStarted(log: string): Promise<Problem> {
  return {
    code: 'EMULATOR_NOT_STARTED',
    message: `the AWS emulator did not start: ${(await tail(log)).trim() || 'it said nothing'}`,
    hint: `all that it said is in ${log}; if its files are damaged, remove .local/venv and start again`,
  };
}

async function tail(log: string): Promise<string> {
  if (!existsSync(log)) return '';
  const file = await open(log);
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(500), 0, 500, Math.max(0, size - 500));
  await file.close();
  return buffer.subarray(0, bytesRead).toString();
}
