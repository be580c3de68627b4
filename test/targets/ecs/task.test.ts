import type { Detail } from '../../../shared/targets/ecs/detail.ts';
import { mayHaveRun, running, task } from '../../../shared/targets/ecs/task.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { until } from '../../local/emulator/running.ts';
import { script, startWorld, type World } from '../../local/tasks/world.ts';
import { leaseUnder } from '../../support/lease.ts';
import { taskContract } from '../contract-task.ts';

/** Tasks are processes here, with the exit codes and the logs that they really have. */
let world: World;
beforeAll(async () => {
  world = await startWorld({ 'sha256:0a1b': script('setInterval(() => {}, 1000)') });
  const { region, credentials } = world.emulator;
  Object.assign(process.env, {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL: world.emulator.url,
  });
}, 120_000);
afterAll(() => world.end());

function planOf(more: Partial<Detail> = {}, release = '0123456789abcdef0123'): Plan {
  const detail: Partial<Detail> = {
    image: 'acme/shop@sha256:0a1b',
    port: 3000,
    cpu: 256,
    memory: 512,
    architecture: 'arm64',
    launch: 'fargate',
    user: '1000',
    readOnly: false,
    stopTimeout: 2,
    variables: {},
    secrets: {},
    ...more,
  };
  const of = { pilot: 'acme-shop', environment: 'production' };
  return { target: 'ecs', ...of, release, url: '', summary: {}, detail, stack: world.outputs };
}

taskContract('ecs', async () => ({ runner: task, plan: async () => planOf() }));

const asked = (command: string[], isFirst = true) => ({
  id: 'f'.repeat(32),
  command,
  timeout: 60,
  claim: async () => ({ isFirst, since: new Date(isFirst ? Date.now() : 0) }),
});

describe('a task of a release', () => {
  it('has never run where its image cannot be pulled, and says why', async () => {
    const plan = planOf({ image: 'acme/nothing@sha256:0000' }, 'f'.repeat(20));
    const started = await task.start(plan, asked(['true']), leaseUnder(1));
    if (started.outcome !== 'started') throw new Error(JSON.stringify(started));
    const look = await until(async () => {
      const seen = await task.look(plan, started.handle);
      return seen.state !== 'running' && seen;
    });
    expect(look).toMatchObject({ state: 'never-ran', code: 'IMAGE_NOT_FOUND' });
  });

  it('is not started anew where an earlier start got lost long ago: that may have run', async () => {
    const started = await task.start(
      planOf({}, 'a'.repeat(20)),
      { ...asked(['true'], false), id: 'a'.repeat(32) },
      leaseUnder(1),
    );
    expect(started).toMatchObject({ outcome: 'parked', awaits: 'its task to be seen' });
  });

  it('waits for a while to be seen', async () => {
    expect(
      await task.look(planOf(), `arn:aws:ecs:us-east-1:000000000000:task/${world.cluster}/${'0'.repeat(32)}`),
    ).toEqual({
      state: 'unseen',
      progress: 'its task to be seen',
    });
  });

  it('runs on demand in the network of the service, or where its instances are', async () => {
    const stack = { ...world.outputs, cluster: 'c', subnets: ['s'], securityGroup: 'g' } as never;
    const on = (launch: 'fargate' | 'ec2') =>
      running(planOf({ launch }), stack, 'definition', asked(['db', 'upgrade']));
    expect(on('fargate')).toMatchObject({
      clientToken: 'f'.repeat(32),
      startedBy: 'f'.repeat(32),
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }],
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['s'], securityGroups: ['g'], assignPublicIp: 'DISABLED' },
      },
      overrides: { containerOverrides: [{ name: 'app', command: ['db', 'upgrade'] }] },
    });
    expect(on('ec2').capacityProviderStrategy).toEqual([
      { capacityProvider: 'acme-shop-production--hosts', base: 0, weight: 1 },
    ]);
  });
});

describe('a task that stopped and that ECS never told to have run', () => {
  it.each([
    [
      'with an exit code of its command: it ended at once',
      { stopCode: 'EssentialContainerExited' },
      { exitCode: 1 },
      true,
    ],
    ['ended by us, with a code: it was about to be told', { stopCode: 'UserInitiated' }, { exitCode: 137 }, true],
    ['without a code, though its container ended', { stopCode: 'EssentialContainerExited' }, {}, true],
    [
      'whose command could not be started',
      { stopCode: 'EssentialContainerExited' },
      { exitCode: 127, reason: 'CannotStartContainerError: exec: "db": executable file not found in $PATH' },
      false,
    ],
    [
      'whose image could not be pulled',
      { stopCode: 'TaskFailedToStart' },
      { reason: 'CannotPullContainerError' },
      false,
    ],
    ['ended by us while it had no room', { stopCode: 'UserInitiated' }, undefined, false],
  ] as const)('%s', (_, stopped, container, may) => {
    expect(mayHaveRun(stopped, container)).toBe(may);
  });
});
