import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateFunctionCommand, DeleteFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { findAccessPoints } from '../../../shared/aws/access-points.ts';
import { askWriter } from '../../../shared/aws/settings-writer.ts';
import { settingsFile } from '../../../shared/configuration/render.ts';
import { configure, removeSettings, settingsPoint } from '../../../shared/targets/ecs/configuration.ts';
import { plan } from '../../../shared/targets/ecs/plan.ts';
import { stackOf } from '../../../shared/targets/ecs/stack.ts';
import { taskDefinitionOf } from '../../../shared/targets/ecs/task-definition.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import source from '../../../templates/parts/settings-writer.json' with { type: 'json' };
import { emulatorUrl } from '../../support/emulator.ts';
import { leaseUnder, lostLease } from '../../support/lease.ts';
import { resolvedFrom } from '../../support/manifest.ts';
import { zipOf } from '../../support/zip.ts';

const ACCOUNT = '000000000000';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/acme-shop-production--settings`;
const WRITER = `acme-${randomUUID().slice(0, 8)}--settings`;
let root: string;
let lambda: LambdaClient;
let fileSystem: string;

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: emulatorUrl(),
  });
  root = mkdtempSync(join(tmpdir(), 'pilotage-volume-'));
  lambda = new LambdaClient({});
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: WRITER,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: ROLE,
      Timeout: 30,
      Code: { ZipFile: await zipOf({ 'index.js': source.code }) },
      Environment: { Variables: { ROOT: root } },
    }),
  );
  const made = await fetch(`${emulatorUrl()}/2015-02-01/file-systems`, {
    method: 'POST',
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/elasticfilesystem/aws4_request' },
    body: JSON.stringify({ CreationToken: WRITER }),
  });
  fileSystem = ((await made.json()) as { FileSystemId: string }).FileSystemId;
}, 60_000);
afterAll(async () => {
  await lambda.send(new DeleteFunctionCommand({ FunctionName: WRITER }));
  rmSync(root, { recursive: true });
});

const lease = leaseUnder(1);
const listener = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/acme/0a1b/2c3d';
const group = (colour: string) => `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/${colour}/4e5f`;

/** A release with these settings. */
async function release(config: object, stack: Record<string, string> = {}) {
  const manifest = resolvedFrom({
    ...{ apiVersion: 'pilotage/v1', name: 'acme-shop', target: 'ecs' },
    source: { image: `acme/shop@sha256:${'a'.repeat(64)}` },
    secrets: { SMTP: 'secret:smtp' },
    config,
  });
  const from = { bucket: 'uploads', key: 'pilots/acme-shop/pilot.yaml' };
  const planned = await plan({ pilot: 'acme-shop', environment: 'production', manifest, from });
  if ('outcome' in planned) throw new Error(JSON.stringify(planned.problems));
  const outputs = {
    ...{
      Cluster: 'acme',
      ExecutionRole: ROLE,
      TaskRole: ROLE,
      Logs: '/pilots/acme-shop/production',
      Subnets: 'subnet-1',
    },
    ...{ TargetsGroup: 'sg-1', Listener: listener, BlueTargets: group('blue'), GreenTargets: group('green') },
    ...{ FileSystem: fileSystem, AccessPoint: 'fsap-pilot', SettingsWriter: WRITER },
    ...stack,
  };
  return {
    plan: { ...planned, stack: outputs } as Plan & { stack: typeof outputs },
    file: settingsFile(manifest.config),
  };
}

const written = (of: string, name = 'settings.json') => JSON.parse(readFileSync(join(root, of, name), 'utf8'));
const points = async () => (await findAccessPoints(fileSystem)).map(({ path }) => path);

it('each release reads its own settings, read-only, where they always are', async () => {
  const [blue, green] = [
    await release({ file: 'settings.json', values: { mail: { port: 25 } } }),
    await release({ file: 'settings.json', values: { mail: { port: 587 } } }),
  ];
  for (const one of [blue, green, green])
    expect(await configure(one.plan, lease, one.file)).toMatchObject({
      outcome: 'done',
      facts: { settings: 'settings.json' },
    });

  expect(written(blue.plan.release)).toEqual({ mail: { port: 25 } });
  expect(written(green.plan.release)).toEqual({ mail: { port: 587 } });
  expect((await points()).sort()).toEqual([blue, green].map(({ plan }) => `/configuration/${plan.release}`).sort());

  const point = await settingsPoint(green.plan, stackOf(green.plan));
  expect(point).toMatch(/^fsap-/);
  expect(point).not.toBe(await settingsPoint(blue.plan, stackOf(blue.plan)));
  const definition = taskDefinitionOf(green.plan, stackOf(green.plan), point);
  expect(definition.volumes.slice(0, 2)).toMatchObject([
    { name: 'files', efsVolumeConfiguration: { authorizationConfig: { accessPointId: 'fsap-pilot', iam: 'ENABLED' } } },
    {
      name: 'settings',
      efsVolumeConfiguration: {
        transitEncryption: 'ENABLED',
        authorizationConfig: { accessPointId: point, iam: 'ENABLED' },
      },
    },
  ]);
  const [container] = definition.containerDefinitions;
  expect(container?.mountPoints.slice(0, 2)).toEqual([
    { sourceVolume: 'files', containerPath: '/mnt/efs' },
    { sourceVolume: 'settings', containerPath: '/mnt/efs/config', readOnly: true },
  ]);
  expect(container?.environment).toEqual([{ name: 'CONFIG_FILE', value: '/mnt/efs/config/settings.json' }]);
  expect(container?.secrets).toMatchObject([{ name: 'SMTP' }]);
});

it('says of its access point whose it is, and lets nobody write through it', async () => {
  const { plan, file } = await release({ file: 'a.yaml', values: { A: 1 } });
  await configure(plan, lease, file);
  const found = (await findAccessPoints(fileSystem)).find(({ path }) => path.endsWith(plan.release));
  expect(found?.tags).toEqual({
    'pilotage:pilot': 'acme-shop',
    'pilotage:environment': 'production',
    'pilotage:release': plan.release,
  });
});

it('a release without a file has nothing of it', async () => {
  const { plan, file } = await release({ values: { A: 1 } });
  expect(await configure(plan, lease, file)).toEqual({ outcome: 'done', facts: {} });
  expect(await settingsPoint(plan, stackOf(plan))).toBeUndefined();
  expect(existsSync(join(root, plan.release))).toBe(false);
});

it('removes what is no longer kept, and nothing else, also twice', async () => {
  const [old, live] = [
    await release({ file: 'settings.json', values: { A: 'old' } }),
    await release({ file: 'settings.json', values: { A: 'live' } }),
  ];
  for (const one of [old, live]) await configure(one.plan, lease, one.file);
  const stack = stackOf(live.plan);
  for (let time = 0; time < 2; time += 1) expect(await removeSettings(stack, [old.plan.release])).toBeUndefined();
  expect(readdirSync(root)).not.toContain(old.plan.release);
  expect(await points()).not.toContain(`/configuration/${old.plan.release}`);
  expect(written(live.plan.release)).toEqual({ A: 'live' });
  expect(await configure(live.plan, lease, live.file)).toMatchObject({ outcome: 'done' });
});

it('goes back to a release whose file is there, also where its manifest cannot be rendered as it was', async () => {
  const { plan, file } = await release({ file: 'settings.json', values: { A: 'as it was' } });
  await configure(plan, lease, file);
  expect(await configure(plan, lease, { name: 'settings.json', text: '{}' })).toMatchObject({ outcome: 'done' });
  expect(await configure(plan, lease, undefined)).toMatchObject({ outcome: 'done' });
  expect(written(plan.release)).toEqual({ A: 'as it was' });
});

it('removes what was written for a release that never came to an access point', async () => {
  const { plan } = await release({ file: 'settings.json', values: { A: randomUUID() } });
  await askWriter(WRITER, { release: plan.release, name: 'settings.json', text: '{}' });
  expect(await removeSettings(stackOf(plan), [plan.release])).toBeUndefined();
  expect(readdirSync(root)).not.toContain(plan.release);
});

it('goes back to a release with a file, also once a newer one without any has taken the function away', async () => {
  const values = { A: randomUUID() };
  const { plan, file } = await release({ file: 'settings.json', values });
  await configure(plan, lease, file);
  const without = { ...plan, stack: { ...plan.stack, SettingsWriter: '' } };
  expect(await configure(without, lease, file)).toMatchObject({
    outcome: 'done',
    facts: { settings: 'settings.json' },
  });
  expect(written(plan.release)).toEqual(values);
});

it('waits no longer, however often it is looked at', async () => {
  const { plan, file } = await release({ file: 'settings.json', values: { A: randomUUID() } });
  const since = new Date(Date.now() - 14 * 60_000);
  const onItsWay = createServer((_, answer) => {
    answer.writeHead(502, { 'x-amzn-errortype': 'ResourceNotReadyException' });
    answer.end('{}');
  });
  await new Promise<void>((done) => onItsWay.listen(0, '127.0.0.1', done));
  process.env.AWS_ENDPOINT_URL_LAMBDA = `http://127.0.0.1:${(onItsWay.address() as AddressInfo).port}`;
  try {
    expect(await configure(plan, lease, file, since)).toMatchObject({
      outcome: 'parked',
      awaits: expect.stringContaining('ResourceNotReadyException'),
      deadline: new Date(since.getTime() + 15 * 60_000).toISOString(),
    });
  } finally {
    delete process.env.AWS_ENDPOINT_URL_LAMBDA;
    onItsWay.close();
  }
});

it.each([
  [
    'settings that are not those of the plan',
    {},
    { name: 'settings.json', text: '{"other": 1}\n' },
    'SETTINGS_CHANGED',
  ],
  ['a stack without the function', { SettingsWriter: '' }, undefined, 'SETTINGS_WRITER_MISSING'],
])('refuses %s', async (_, stack, file, code) => {
  const made = await release({ file: 'settings.json', values: { A: randomUUID() } }, stack);
  expect(await configure(made.plan, lease, file)).toMatchObject({ outcome: 'failed', code });
  expect(readdirSync(root)).not.toContain(made.plan.release);
});

it('writes nothing once the lock is lost', async () => {
  const { plan, file } = await release({ file: 'settings.json', values: { A: randomUUID() } });
  expect(await configure(plan, lostLease(1), file)).toMatchObject({ code: 'FENCED' });
  expect(readdirSync(root)).not.toContain(plan.release);
});

it('tells what the function says where it cannot write', async () => {
  const { plan, file } = await release({ file: 'settings.json', values: { A: randomUUID() } });
  // A folder in the way of the file.
  mkdirSync(join(root, plan.release, 'settings.json'), { recursive: true });
  expect(await configure(plan, lease, file)).toMatchObject({
    outcome: 'failed',
    code: 'SETTINGS_NOT_WRITTEN',
    reason: expect.stringContaining('EISDIR'),
  });
});
