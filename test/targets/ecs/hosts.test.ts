import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { loadManifest } from '../../../shared/manifest/load.ts';
import { notYet } from '../../../shared/manifest/not-yet.ts';
import { ecsTarget } from '../../../shared/targets/ecs/ecs.ts';
import type { Plan, Target } from '../../../shared/targets/target.ts';
import { leaseUnder } from '../../support/lease.ts';
import { targetContract } from '../contract.ts';
import { madeOf } from './made.ts';
import { openWorld, type World } from './world.ts';

const HOSTS = { ecs: { launch: 'ec2', mount: '/mnt/efs', architecture: 'x86' } };

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 300_000);
afterAll(() => world.close());

/** The target as the workflow sees it, on a stack with instances and a volume. */
const asDeployed = (): Target => ({
  ...ecsTarget,
  plan: async (request) => {
    const planned = await ecsTarget.plan(request);
    if ('outcome' in planned) return planned;
    const { stack } = await world.planStack(request.pilot, HOSTS.ecs);
    return { ...planned, stack };
  },
  prepare: async (plan, live, lease) => {
    for (;;) {
      const end = await ecsTarget.prepare(plan, live, lease);
      if (end.outcome !== 'parked') return end;
    }
  },
});

targetContract('ecs, on instances with a volume', async () => ({
  target: asDeployed(),
  request: async (pilot, content) => world.request(pilot, content, HOSTS),
  served: (pilot) => world.served(pilot),
  made: (pilot) => madeOf(world, pilot),
}));

describe('a release on instances of the pilot’s own', () => {
  const definitionOf = async (plan: Plan) =>
    (
      await world.ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: `acme-hosts-production--${plan.release}` }),
      )
    ).taskDefinition;

  it('runs on their capacity, on their processor, and mounts the stack’s volume through its access point', async () => {
    const plan = await world.deploy('acme-hosts', 'one', 1, HOSTS);
    expect(world.tasks.asked.get('acme-hosts-production--blue')).toMatchObject({
      capacityProviderStrategy: [{ capacityProvider: 'acme-hosts-production--hosts', base: 0, weight: 1 }],
    });
    expect(plan.stack.FileSystem).toBeTruthy();
    expect(await definitionOf(plan)).toMatchObject({
      requiresCompatibilities: ['EC2'],
      networkMode: 'awsvpc',
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.cpu-architecture == x86_64' }],
      volumes: expect.arrayContaining([
        expect.objectContaining({
          efsVolumeConfiguration: expect.objectContaining({
            fileSystemId: plan.stack.FileSystem,
            transitEncryption: 'ENABLED',
            authorizationConfig: { accessPointId: plan.stack.AccessPoint, iam: 'ENABLED' },
          }),
        }),
      ]),
    });
  });
});

it('deploys the example of the section', async () => {
  const file = join(__dirname, '../../../examples/sections/ecs.yaml');
  const loaded = loadManifest(await readFile(file), 'ecs.yaml');
  if (!loaded.ok || loaded.manifest.target !== 'ecs') throw new Error('the example is no manifest of a service');
  expect(notYet(loaded)).toEqual([]);
  const { manifest } = loaded;
  const from = { bucket: 'uploads', key: 'pilots/acme-shop/pilot.yaml' };
  const planned = await ecsTarget.plan({ pilot: manifest.name, environment: 'production', manifest, from });
  if ('outcome' in planned) throw new Error(JSON.stringify(planned.problems));
  const { launch, mount, user, port } = manifest.ecs;
  const plan = { ...planned, ...(await world.planStack(manifest.name, { launch, mount, user, port })) };
  const before = await ecsTarget.live(plan);
  expect((await world.prepared(plan, before)).end).toMatchObject({ outcome: 'done', facts: { tasks: 1 } });
  expect(await ecsTarget.shift(plan, before, 100, leaseUnder(1))).toMatchObject({ outcome: 'done' });
  expect((await ecsTarget.live(plan)).weights).toEqual({ [plan.release]: 100 });
});
