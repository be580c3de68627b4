import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataPlane, startDataPlane } from '../../../local/balancer/data-plane.ts';
import { type Emulator, startEmulator } from '../../../local/emulator/start.ts';
import { createAccessPoint, findAccessPoints } from '../../../shared/aws/access-points.ts';
import { listObjects } from '../../../shared/aws/objects.ts';
import { settingsFile } from '../../../shared/configuration/render.ts';
import { ec2Target } from '../../../shared/targets/ec2/ec2.ts';
import type { Live, Plan } from '../../../shared/targets/target.ts';
import { eventually } from '../../e2e/installation.ts';
import { freePort } from '../../support/free-port.ts';
import { leaseUnder, lostLease } from '../../support/lease.ts';
import { openWorld, type World } from '../../targets/ec2/world.ts';

let folder: string;
let emulator: Emulator;
let dataPlane: DataPlane;
let world: World;
let volume: Record<string, string>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pilotage-settings-'));
  const started = await startEmulator({ port: await freePort(), folder, auth: false });
  if ('problem' in started) throw new Error(started.problem.message);
  emulator = started.emulator;
  const balancer = await freePort();
  const plane = await startDataPlane({ emulatorUrl: emulator.url, images: {}, ports: { balancer }, speed: 0.02 });
  if ('problem' in plane) throw new Error(plane.problem.message);
  dataPlane = plane.dataPlane;
  world = await openWorld(emulator.url);
  volume = await made();
}, 120_000);
afterAll(async () => {
  await world.close();
  await dataPlane.stop();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Answers with its settings, read anew each time. */
const READER = `const { readFileSync } = require('node:fs');
require('node:http').createServer((_, response) => response.end(readFileSync(process.env.CONFIG_FILE))).listen(process.env.PORT);`;
const prepared = (plan: Plan, live: Live, fence: number) =>
  eventually(async () => {
    const end = await ec2Target.prepare(plan, live, leaseUnder(fence));
    return end.outcome === 'parked' ? undefined : end;
  }, 'its instances did not come up');

async function planned(pilot: string, values: Record<string, unknown>, section: object) {
  const config = { file: 'settings.json', values };
  const health = { interval: '5s', grace: '5s' };
  const plan = await world.plan(pilot, READER, { config, health, ...section });
  return { plan: { ...plan, stack: { ...plan.stack, ...volume } }, file: settingsFile(config) };
}

/** What the stack tells of its volume. */
async function made(): Promise<Record<string, string>> {
  const answer = await fetch(`${emulator.url}/2015-02-01/file-systems`, {
    method: 'POST',
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/elasticfilesystem/aws4_request' },
    body: JSON.stringify({ CreationToken: 'settings' }),
  });
  const { FileSystemId: fileSystem = '' } = (await answer.json()) as Record<string, string>;
  await createAccessPoint({ fileSystem, path: '/pilot', user: { uid: 1000, gid: 1000 }, tags: {}, token: 'settings' });
  const [point] = await findAccessPoints(fileSystem);
  return { FileSystem: fileSystem, AccessPoint: point?.id ?? '' };
}

const shows = ({ pilot }: Plan, values: object): Promise<true> =>
  eventually(
    async () => {
      const said = await (await fetch(dataPlane.url(pilot))).text();
      return said.replace(/\s/g, '') === JSON.stringify(values) ? true : undefined;
    },
    `nobody shows ${JSON.stringify(values)}`,
  );

it.each([
  ['where no volume is', {}],
  ['over the volume', { ec2: { mount: '/mnt/efs' } }],
])(
  'each release finds its own settings %s, also while the other one is there',
  async (_, section) => {
    const pilot = 'ec2' in section ? 'mounting' : 'plain';
    const one = await planned(pilot, { mode: 'one' }, section);
    const before = await ec2Target.live(one.plan);
    expect(await ec2Target.configure?.(one.plan, leaseUnder(1), one.file)).toMatchObject({ outcome: 'done' });
    expect(await prepared(one.plan, before, 1)).toMatchObject({ outcome: 'done' });
    await ec2Target.shift(one.plan, before, 100, leaseUnder(1));
    await shows(one.plan, { mode: 'one' });

    const two = await planned(pilot, { mode: 'two' }, section);
    const live = await ec2Target.live(two.plan);
    await ec2Target.configure?.(two.plan, leaseUnder(2), two.file);
    expect(await prepared(two.plan, live, 2)).toMatchObject({ outcome: 'done' });
    await shows(one.plan, { mode: 'one' });
    await ec2Target.shift(two.plan, live, 100, leaseUnder(2));
    await shows(two.plan, { mode: 'two' });
    await ec2Target.rollback(two.plan, live, leaseUnder(3));
    await shows(one.plan, { mode: 'one' });
  },
  180_000,
);

it('keeps a release’s settings as long as the release, once', async () => {
  const { plan, file } = await planned('kept', { mode: 'kept' }, {});
  const stack = plan.stack as Record<string, string>;
  const kept = () => listObjects(stack.Releases ?? '', `releases/${plan.pilot}/production/${plan.release}/`);
  expect(await ec2Target.configure?.(plan, lostLease(1), file)).toMatchObject({ code: 'FENCED' });
  expect([...(await kept()).keys()]).toEqual([]);
  for (let time = 0; time < 2; time += 1) await ec2Target.configure?.(plan, leaseUnder(1), file);
  expect([...(await kept()).keys()]).toEqual([expect.stringMatching(/^config\/[0-9a-f]{64}\/settings\.json$/)]);
  expect(await ec2Target.configure?.(plan, leaseUnder(1), undefined)).toMatchObject({ outcome: 'done' });
  await ec2Target.retire(plan, [plan.release], leaseUnder(1));
  expect([...(await kept()).keys()]).toEqual([]);
  expect(await ec2Target.configure?.(plan, leaseUnder(1), { name: 'settings.json', text: '{}' })).toMatchObject({
    outcome: 'failed',
    code: 'SETTINGS_CHANGED',
  });
});

it('an instance that cannot have its settings does not serve, and says why', async () => {
  const { plan } = await planned('without', { mode: 'lost' }, {});
  const end = await prepared(plan, await ec2Target.live(plan), 1);
  expect(end).toMatchObject({ outcome: 'failed', code: 'SETTINGS_NOT_READ' });
}, 120_000);
