import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../local/emulator/start.ts';
import { formatProblem } from '../../shared/errors.ts';

declare global {
  var pilotageTestEmulator: Emulator | undefined;
}

/** One emulator for the whole run; each test file makes tables and buckets of its own in it. */
export default async function setUp(): Promise<void> {
  const started = await startEmulator({
    port: await freePort(),
    folder: mkdtempSync(join(tmpdir(), 'pilotage-test-')),
    auth: false,
    onProgress: (line) => console.log(line),
  });
  if ('problem' in started) throw new Error(formatProblem(started.problem));
  globalThis.pilotageTestEmulator = started.emulator;
  process.env.PILOTAGE_TEST_EMULATOR = started.emulator.url;
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
