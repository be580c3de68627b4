import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../local/emulator/start.ts';
import { freePort } from '../../support/free-port.ts';

const root = join(__dirname, '../../..');

/** An emulator of the test's own, on a free port, in a folder of its own. The first ever installs it. */
export async function runningEmulator(options: Partial<EmulatorOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'pilotage-emulator-'));
  // A database server that may not be root, and is nobody instead, reaches its files as well.
  await chmod(folder, 0o755);
  const started = await startEmulator({ root, port: await freePort(), folder, ...options });
  if ('problem' in started) throw new Error(JSON.stringify(started.problem));
  const { emulator } = started;
  const end = async () => {
    await emulator.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  return { emulator, folder, end };
}

/** What every SDK client needs to talk to it as the account's root. */
export const clientOf = ({ url, region, credentials }: Emulator) => ({ endpoint: url, region, credentials });

/** Asks again and again until there is an answer; fails after ten seconds. */
export async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error('nothing came within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
