import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { toolsPython } from '../../templates/tools.ts';

/** moto, an emulator that keeps what ECS, load balancers, scaling and stacks are told, and runs nothing. */
export async function startMoto(): Promise<{ url: string; close(): Promise<void> }> {
  const child = spawn(await toolsPython(), [join(__dirname, 'serve.py')], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const complaints = text(child.stderr);
  const said = once(createInterface({ input: child.stdout }), 'line');
  const [port] = await Promise.race([
    said,
    ended.then(async () => Promise.reject(new Error(`moto did not start: ${await complaints}`))),
  ]);
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
