import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../../../local/emulator/start.ts';
import { emulatorVariables } from '../../../local/emulator/variables.ts';
import { freePort } from '../../support/free-port.ts';
import { runningEmulator, until } from './running.ts';

const root = join(__dirname, '../../..');

describe('an emulator whose port is taken', () => {
  let first: Awaited<ReturnType<typeof runningEmulator>>;
  beforeAll(async () => {
    first = await runningEmulator();
  }, 180_000);
  afterAll(() => first.end());

  test('says so', async () => {
    const folder = join(first.folder, 'second');
    const second = await startEmulator({ root, folder, port: Number(new URL(first.emulator.url).port) });
    expect(second).toMatchObject({ problem: { code: 'PORT_BUSY' } });
  });
});

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
  expect(variables.HOME).toBe('/tmp/x');
});
