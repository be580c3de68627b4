import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopChildren } from '../../local/children.ts';
import { bringUp, type Environment } from '../../local/environment.ts';
import { bringInLines } from '../../local/progress.ts';
import { type RecordingProxy, startRecordingProxy } from '../../local/proxy/proxy.ts';
import type { DeploymentView } from '../../shared/api.ts';

/** All of Pilotage on this machine, for one bench alone. */
export interface OwnStack {
  environment: Environment;
  /** Hears the functions and the CLI; the edge and the local run itself go past it. */
  proxy: RecordingProxy;
  /** A folder that is gone afterwards. */
  folder: string;
  /** Runs `pilot` on this stack and gives how the deployment ended. @throws when that is not well. */
  pilot(...args: string[]): Promise<DeploymentView>;
}

/** Brings a stack up beside all others, lets it be worked with, and leaves nothing of it, however the work ends. */
export async function withOwnStack<Result>(root: string, work: (stack: OwnStack) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'pilotage-bench-'));
  const [emulator = 0, edge = 0, balancer = 0] = await freePorts(3);
  const proxy = await startRecordingProxy(emulator);
  const ending = new AbortController();
  const clear = () => {
    ending.abort();
    rmSync(folder, { recursive: true, force: true });
  };
  // A signal ends this process without coming back here.
  process.once('exit', clear);
  let environment: Environment | undefined;
  try {
    const bring = bringInLines((line) => process.stderr.write(`${line}\n`));
    environment = await bringUp(root, { emulator, edge, balancer, git: 0 }, bring, {
      folder,
      functionsPort: proxy.port,
    });
    const note = await noteThroughProxy(folder, proxy);
    const pilot = (...args: string[]) => runPilot(root, note, args, ending.signal);
    return await work({ environment, proxy, folder, pilot });
  } finally {
    await environment?.stop();
    await stopChildren();
    await proxy.stop();
    clear();
    process.off('exit', clear);
  }
}

/** The note by which the CLI finds the stack, with the proxy in the emulator's place. */
async function noteThroughProxy(folder: string, proxy: RecordingProxy): Promise<string> {
  const note = JSON.parse(await readFile(join(folder, 'stack.json'), 'utf8')) as object;
  const file = join(folder, 'proxied-stack.json');
  await writeFile(file, JSON.stringify({ ...note, url: `http://127.0.0.1:${proxy.port}` }));
  return file;
}

async function runPilot(root: string, note: string, args: string[], signal: AbortSignal): Promise<DeploymentView> {
  const program = join(root, 'dist/cli/pilot.js');
  const env = { ...process.env, PILOTAGE_STACK: note, AWS_SDK_UA_APP_ID: 'pilot' };
  const { code, stdout, stderr } = await new Promise<{ code: number | string; stdout: string; stderr: string }>(
    (ended) =>
      execFile(
        process.execPath,
        [program, ...args, '--follow', '--json'],
        { cwd: root, env, signal },
        (error, out, err) => ended({ code: error?.code ?? 0, stdout: out, stderr: err }),
      ),
  );
  const { state } = JSON.parse(stdout || '{}') as { state?: DeploymentView };
  if (code !== 0 || !state) throw new Error(`pilot ${args.join(' ')} ended with ${code}\n${stderr}${stdout}`);
  return state;
}

/** Ports that nothing listens on, all held at once so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
