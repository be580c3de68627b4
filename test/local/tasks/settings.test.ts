import { createHash } from 'node:crypto';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { settingsFile } from '../../../shared/configuration/render.ts';
import { settingsPoint } from '../../../shared/targets/ecs/configuration.ts';
import { ecsTarget } from '../../../shared/targets/ecs/ecs.ts';
import { stackOf } from '../../../shared/targets/ecs/stack.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { leaseUnder } from '../../support/lease.ts';
import { resolvedFrom } from '../../support/manifest.ts';
import { until } from '../emulator/running.ts';
import { script, startWorld, type World } from './world.ts';

/** Answers with its settings, read anew each time. */
const reader = script(`
  const { readFileSync } = require('node:fs');
  require('node:http').createServer((request, response) => {
    if (request.url === '/health') return response.end('ok');
    response.end(readFileSync(process.env.CONFIG_FILE));
  }).listen(process.env.PORT);
`);
const DIGEST = createHash('sha256').update('reader').digest('hex');

let world: World;
beforeAll(async () => {
  world = await startWorld({ [`sha256:${DIGEST}`]: reader }, 'config: {file: settings.json}\n');
  const { endpoint, region, credentials } = world.client;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
}, 120_000);
afterAll(() => world.end());

async function configured(values: object, fence: number): Promise<Plan> {
  const manifest = resolvedFrom({
    ...{ apiVersion: 'pilotage/v1', name: 'acme-shop', target: 'ecs' },
    source: { image: `acme/shop@sha256:${DIGEST}` },
    config: { file: 'settings.json', values },
    health: { path: '/health', interval: '5s' },
  });
  const from = { bucket: 'uploads', key: 'pilots/acme-shop/pilot.yaml' };
  const planned = await ecsTarget.plan({ pilot: 'acme-shop', environment: 'production', manifest, from });
  if ('outcome' in planned) throw new Error(JSON.stringify(planned));
  const plan = { ...planned, stack: world.outputs };
  await until(async () => {
    const end = await ecsTarget.configure?.(plan, leaseUnder(fence), settingsFile(manifest.config));
    if (end?.outcome === 'failed') throw new Error(end.reason);
    return end?.outcome === 'done';
  });
  return plan;
}

async function prepared(plan: Plan, fence: number) {
  const live = await ecsTarget.live(plan);
  await until(async () => {
    const end = await ecsTarget.prepare(plan, live, leaseUnder(fence));
    if (end.outcome === 'failed') throw new Error(end.reason);
    return end.outcome === 'done';
  });
  return live;
}

const shown = async (): Promise<unknown> => JSON.parse(await (await fetch(world.url)).text());
const shows = (values: object) =>
  until(async () => {
    const answer = await fetch(world.url);
    return answer.ok && JSON.stringify(await answer.json()) === JSON.stringify(values);
  });

test('each release reads its own settings, also while the other one is there, and after a rollback', async () => {
  const one = await configured({ mode: 'one' }, 1);
  const before = await prepared(one, 1);
  await ecsTarget.shift(one, before, 100, leaseUnder(1));
  await shows({ mode: 'one' });

  const two = await configured({ mode: 'two' }, 2);
  expect(await shown()).toEqual({ mode: 'one' });
  const live = await prepared(two, 2);
  expect(await shown()).toEqual({ mode: 'one' });
  await ecsTarget.shift(two, live, 100, leaseUnder(2));
  await shows({ mode: 'two' });

  await ecsTarget.rollback(two, live, leaseUnder(2));
  await shows({ mode: 'one' });
  expect(await settingsPoint(one, stackOf(one))).not.toBe(await settingsPoint(two, stackOf(two)));
}, 120_000);

test('a release that is retired takes its settings along, and no other’s', async () => {
  const old = await configured({ mode: 'old' }, 3);
  expect(await ecsTarget.retire(old, [old.release], leaseUnder(3))).toMatchObject({ outcome: 'done' });
  await expect(settingsPoint(old, stackOf(old))).rejects.toThrow('no access point');
  await shows({ mode: 'one' });
}, 60_000);

test('the function that writes them has the volume through its own access point', async () => {
  const lambda = new LambdaClient(world.client);
  const FunctionName = world.outputs.SettingsWriter ?? '';
  const { FileSystemConfigs, Runtime } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  expect(Runtime).toBe('nodejs24.x');
  expect(FileSystemConfigs).toEqual([
    { Arn: expect.stringContaining('access-point/fsap-'), LocalMountPath: '/mnt/configuration' },
  ]);
});
