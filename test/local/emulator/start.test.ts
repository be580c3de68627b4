import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../../../local/emulator/start.ts';
import { emulatorVariables } from '../../../local/emulator/variables.ts';
import { freePort, runningEmulator, until } from './running.ts';

const root = join(__dirname, '../../..');

test('an emulator whose port is taken says so', async () => {
  const { emulator, end } = await runningEmulator();
  const folder = await mkdtemp(join(tmpdir(), 'pilotage-emulator-'));
  const second = await startEmulator({ root, folder, port: Number(new URL(emulator.url).port) });
  expect(second).toMatchObject({
    problem: { code: 'EMULATOR_NOT_STARTED', message: expect.stringContaining('address') },
  });
  await rm(folder, { recursive: true });
  await end();
}, 180_000);

test('the emulator ends when its parent is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pilotage-emulator-'));
  const script = `
    import { startEmulator } from ${JSON.stringify(join(root, 'local/emulator/start.ts'))};
    const { emulator } = await startEmulator({ root: ${JSON.stringify(root)}, folder: ${JSON.stringify(folder)}, port: ${await freePort()} });
    console.log(emulator.pid);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pid] = await once(parent.stdout, 'data');
  parent.kill('SIGKILL');
  await until(async () => !(await readFile(`/proc/${Number(String(pid))}/stat`, 'utf8').catch(() => undefined)));
  await rm(folder, { recursive: true });
}, 180_000);

test('nothing of the caller’s AWS settings reaches the emulator and its functions', () => {
  const before = { ...process.env };
  Object.assign(process.env, { AWS_PROFILE: 'acme', AWS_ACCESS_KEY_ID: 'AKIA', AWS_REGION: 'eu-west-1' });
  const variables = emulatorVariables({
    root,
    port: 1,
    region: 'us-east-1',
    account: '000000000000',
    temporary: '/tmp/x',
  });
  process.env = before;
  expect(
    Object.keys(variables)
      .filter((name) => name.startsWith('AWS_'))
      .sort(),
  ).toEqual(['AWS_EC2_METADATA_DISABLED', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE']);
  expect(variables['HOME']).toBe('/tmp/x');
});
