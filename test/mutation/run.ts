import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../../local/emulator/start.ts';
import { formatProblem } from '../../shared/errors.ts';
import { freePort } from '../support/free-port.ts';

/**
 * `npm run mutation`: changes lock, parking, shift and rollback in hundreds of small ways, and runs
 * the tests against each. What no test notices is listed; below 85 % the exit code is 1.
 * All runs share one emulator. Further arguments go to Stryker: `-- --mutate shared/ledger/lock.ts`.
 */
async function main(): Promise<number> {
  const started = await startEmulator({
    port: await freePort(),
    folder: mkdtempSync(join(tmpdir(), 'pilotage-mutation-')),
    auth: false,
    onProgress: (line) => console.error(line),
  });
  if ('problem' in started) {
    console.error(formatProblem(started.problem));
    return 1;
  }
  const { emulator } = started;
  const stryker = join(import.meta.dirname, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const config = join(import.meta.dirname, 'stryker.config.json');
  const run = spawn(process.execPath, [stryker, 'run', config, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, PILOTAGE_TEST_EMULATOR: emulator.url },
  });
  // The terminal tells the whole group of Ctrl-C: Stryker ends by itself, and the emulator after it.
  process.on('SIGINT', () => {});
  const [code] = await once(run, 'exit');
  await emulator.stop();
  return code ?? 1;
}

process.exitCode = await main();
