import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../local/emulator/start.ts';
import { formatProblem } from '../../shared/errors.ts';
import { freePort } from './free-port.ts';

declare global {
  var pilotageTestEmulator: Emulator | undefined;
}

/**
 * One emulator for the whole run; each test file makes tables and buckets of its own in it.
 * Where many runs follow each other, whoever starts them has one for all of them.
 */
export default async function setUp(): Promise<void> {
  if (process.env.PILOTAGE_TEST_EMULATOR) return;
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
