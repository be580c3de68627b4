import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { startChild } from '../../local/children.ts';
import { pythonEnvironment } from '../../local/emulator/environment.ts';

/** A server that stands for AWS's EC2, Service Quotas and DynamoDB. */
export interface Moto {
  port: number;
  stop(): Promise<void>;
}

const PATIENCE_MS = 60_000;

/**
 * Starts moto on a free port, installed below `.local` where it is missing. It ends with this process.
 * @param rulesAGroup the quota of its account.
 * @throws with what is wrong when it cannot be installed, or does not start.
 */
export async function startMoto(root: string, rulesAGroup: number): Promise<Moto> {
  const made = await pythonEnvironment({
    folder: join(root, '.local/bench-moto'),
    requirements: join(root, 'bench/edge/requirements.txt'),
    onProgress: (line) => console.error(line),
  });
  if ('problem' in made) throw new Error(`moto: ${made.problem.message}`);
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'pilotage-moto-'));
  const { PATH = '', HOME = folder } = process.env;
  const child = await startChild(made.python, [join(root, 'bench/edge/launch.py')], {
    env: { PATH, HOME, MOTO_PORT: String(port), RULES_A_GROUP: String(rulesAGroup), PYTHONDONTWRITEBYTECODE: '1' },
    log: join(folder, 'moto.log'),
  });
  const clear = () => rmSync(folder, { recursive: true, force: true });
  // A signal ends this process without coming back here.
  process.once('exit', clear);
  const stop = async () => {
    await child.stop();
    clear();
    process.off('exit', clear);
  };
  if (await answers(port, child.ended)) return { port, stop };
  await stop();
  throw new Error('moto did not start');
}

async function answers(port: number, ended: Promise<unknown>): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!isOver && Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/moto-api/`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    if (answer?.ok) return true;
    await after(100);
  }
  return false;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
