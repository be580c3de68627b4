import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Processes that the function runs in, each with connections and a memory of its own. */
export interface Receivers {
  urls: string[];
  pids: number[];
  stop(): Promise<void>;
}

/** @param env what the stack gives to the function. */
export async function startReceivers(
  root: string,
  count: number,
  env: Record<string, string | undefined>,
): Promise<Receivers> {
  const children = Array.from({ length: count }, () =>
    fork(join(root, 'bench/webhook/receiver.ts'), { env: { ...env, LOG_LEVEL: 'silent' }, stdio: 'inherit' }),
  );
  const ports = await Promise.all(children.map(portOf));
  return {
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    pids: children.map(({ pid = 0 }) => pid),
    stop: async () => {
      await Promise.all(
        children.map(async (child) => {
          const ended = once(child, 'exit');
          child.disconnect();
          await ended;
        }),
      );
    },
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('a process that was to take webhooks ended');
  });
  ended.catch(() => {});
  const [port] = (await Promise.race([once(child, 'message'), ended])) as [number];
  return port;
}
