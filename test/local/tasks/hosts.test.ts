import { createHash } from 'node:crypto';
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeClustersCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { ecsTarget } from '../../../shared/targets/ecs/ecs.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { SMALL } from '../../preview/samples.ts';
import { leaseUnder } from '../../support/lease.ts';
import { resolvedFrom } from '../../support/manifest.ts';
import { templateIn } from '../../templates/samples.ts';
import { until } from '../emulator/running.ts';
import { script, startWorld, type World } from './world.ts';

/** Notes down each visit in a file, and answers with all of them. */
const visitors = (version: string) =>
  script(`
    const { appendFileSync, readFileSync } = require('node:fs');
    const book = process.env.FILES + '/visits';
    require('node:http').createServer((request, response) => {
      if (request.url === '/health') return response.end('ok');
      appendFileSync(book, '${version}.');
      response.end(readFileSync(book));
    }).listen(process.env.PORT);
  `);
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

let world: World;
beforeAll(async () => {
  const images = { [`sha256:${digest('one')}`]: visitors('one'), [`sha256:${digest('two')}`]: visitors('two') };
  world = await startWorld(images, sectionOf('fargate'));
  const { endpoint, region, credentials } = world.client;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
}, 120_000);
afterAll(() => world.end());

type Launch = 'fargate' | 'ec2';
const StackName = 'acme-shop-production';
const FARGATE = ['FARGATE', 'FARGATE_SPOT'];
const HOSTS = `${StackName}--hosts`;
const sectionOf = (launch: Launch) => `ecs: {launch: ${launch}, mount: /mnt/efs}\n`;
const cloudformation = () => new CloudFormationClient(world.client);

/** How an update of the stack to this ends. */
async function updated(launch: Launch): Promise<string> {
  const template = templateIn(`${SMALL.ecs}health: {path: /health, interval: 5s}\n${sectionOf(launch)}`);
  const Parameters = Object.keys(template.Parameters ?? {}).map((ParameterKey) => ({
    ParameterKey,
    UsePreviousValue: true,
  }));
  const asked = { StackName, TemplateBody: JSON.stringify(template), Parameters };
  await cloudformation().send(new UpdateStackCommand({ ...asked, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
  return until(async () => {
    const { Stacks } = await cloudformation().send(new DescribeStacksCommand({ StackName }));
    const status = Stacks?.[0]?.StackStatus ?? '';
    return /^UPDATE_(?:ROLLBACK_)?COMPLETE$/.test(status) && status;
  });
}

/** What the cluster has, and what each colour runs on. */
async function providers() {
  const { clusters } = await world.ecs.send(new DescribeClustersCommand({ clusters: [world.cluster] }));
  const of = async (colour: string) =>
    (await world.service(`${StackName}--${colour}`)).capacityProviderStrategy?.map((one) => one.capacityProvider);
  return { cluster: clusters?.[0]?.capacityProviders, blue: await of('blue'), green: await of('green') };
}

async function deploy(version: string, fence: number, launch: Launch): Promise<Plan> {
  const manifest = resolvedFrom({
    ...{ apiVersion: 'pilotage/v1', name: 'acme-shop', target: 'ecs' },
    source: { image: `acme/shop@sha256:${digest(version)}` },
    ecs: { launch, mount: '/mnt/efs' },
    config: { values: { FILES: '/mnt/efs' } },
    health: { path: '/health', interval: '5s' },
  });
  const from = { bucket: 'uploads', key: 'pilots/acme-shop/pilot.yaml' };
  const planned = await ecsTarget.plan({ pilot: 'acme-shop', environment: 'production', manifest, from });
  if ('outcome' in planned) throw new Error(JSON.stringify(planned));
  const plan = { ...planned, stack: world.outputs };
  const live = await ecsTarget.live(plan);
  await until(async () => {
    const end = await ecsTarget.prepare(plan, live, leaseUnder(fence));
    if (end.outcome === 'failed') throw new Error(end.reason);
    return end.outcome === 'done';
  });
  expect(await ecsTarget.shift(plan, live, 100, leaseUnder(fence))).toMatchObject({ outcome: 'done' });
  return plan;
}

/** What is in the book after a visitor of this version. */
const bookAfter = (version: string): Promise<string> =>
  until(async () => {
    const answer = await fetch(world.url);
    const book = await answer.text();
    return answer.ok && book.endsWith(`${version}.`) && book;
  });

test('what a release writes on the volume, the next one reads', async () => {
  await deploy('one', 1, 'fargate');
  expect(await bookAfter('one')).toMatch(/^(?:one\.)+$/);
  await deploy('two', 2, 'fargate');
  expect(await bookAfter('two')).toMatch(/^(?:one\.)+(?:two\.)+$/);
}, 60_000);

test('a pilot on Fargate goes over to instances of its own, a colour with each release', async () => {
  expect(await updated('ec2')).toBe('UPDATE_COMPLETE');
  expect(await providers()).toEqual({ cluster: [...FARGATE, HOSTS], blue: ['FARGATE'], green: ['FARGATE'] });
  await deploy('one', 3, 'ec2');
  expect(await providers()).toMatchObject({ blue: [HOSTS], green: ['FARGATE'] });
  await deploy('two', 4, 'ec2');
  expect(await providers()).toMatchObject({ blue: [HOSTS], green: [HOSTS] });
}, 60_000);

test('the way back is refused while it runs on them, before anything is taken away', async () => {
  expect(await updated('fargate')).toBe('UPDATE_ROLLBACK_COMPLETE');
  const { StackEvents = [] } = await cloudformation().send(new DescribeStackEventsCommand({ StackName }));
  expect(StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'UPDATE_FAILED')).toMatchObject({
    LogicalResourceId: 'ClusterCapacity',
    ResourceStatusReason: expect.stringContaining('in use'),
  });
  expect(StackEvents.map(({ ResourceStatus }) => ResourceStatus)).not.toContain('DELETE_COMPLETE');
  expect(await providers()).toMatchObject({ cluster: [...FARGATE, HOSTS] });
  expect(await bookAfter('two')).toContain('one.');
});

test('a task whose volume is not there does not start, and says why', async () => {
  const { fileSystemId, accessPointId } = { fileSystemId: 'fs-0a1b', accessPointId: 'fsap-0a1b' };
  const { taskDefinition } = await world.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'lost',
      volumes: [
        {
          name: 'files',
          efsVolumeConfiguration: { fileSystemId, authorizationConfig: { accessPointId, iam: 'ENABLED' } },
        },
      ],
      containerDefinitions: [
        {
          ...{ name: 'app', image: `acme/shop@sha256:${digest('one')}` },
          mountPoints: [{ sourceVolume: 'files', containerPath: '/mnt/efs' }],
        },
      ],
    }),
  );
  const { tasks } = await world.ecs.send(
    new RunTaskCommand({ cluster: world.cluster, taskDefinition: taskDefinition?.taskDefinitionArn }),
  );
  const reason = await until(async () => {
    const asked = { cluster: world.cluster, tasks: [tasks?.[0]?.taskArn ?? ''] };
    return (await world.ecs.send(new DescribeTasksCommand(asked))).tasks?.[0]?.stoppedReason;
  });
  expect(reason).toMatch(/^ResourceInitializationError: .*there is no file system fs-0a1b/);
});
