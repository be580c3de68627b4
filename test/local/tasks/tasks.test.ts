import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DeleteServiceCommand, type Service, StopTaskCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { until } from '../emulator/running.ts';
import { script, shop, startWorld, type World } from './world.ts';

const server = (listener: string, more = '') =>
  script(`require('http').createServer(${listener}).listen(process.env.PORT);${more}`);

let world: World;
beforeAll(async () => {
  world = await startWorld({
    'acme/shop:1': shop('v1'),
    'sha256:0a1b': shop('v2'),
    'acme/crash:1': script("console.log('no database'); process.exitCode = 3"),
    'acme/ill:1': server("(q, r) => { r.statusCode = 500; r.end('no') }"),
    'acme/mute:1': script('setInterval(() => {}, 1000)'),
    'acme/deaf:1': server("(q, r) => r.end('ok')", "process.on('SIGTERM', () => console.log('no'))"),
    'acme/env:1': script('console.log(process.env.GREETING, process.env.HOME_OF); setInterval(() => {}, 1000)'),
  });
}, 120_000);
afterAll(() => world.end());
let serving: string[] = [];
/** A service of this test alone: its tasks are gone when the next test begins. */
const serve: World['serve'] = (name, ...rest) => {
  serving.push(name);
  return world.serve(name, ...rest);
};
afterEach(async () => {
  for (const service of serving) {
    await world.ecs.send(new DeleteServiceCommand({ cluster: world.cluster, service, force: true }));
    await until(async () => (await world.service(service)).status === 'INACTIVE');
  }
  serving = [];
});

const stopped = (service: string) => until(async () => (await world.tasks(service, 'STOPPED'))[0]);
const failed = (service: string): Promise<Service> =>
  until(async () => {
    const now = await world.service(service);
    return now.deployments?.[0]?.rolloutState === 'FAILED' && now;
  });
const logs = async (): Promise<string[]> => {
  const { events = [] } = await new CloudWatchLogsClient(world.client).send(
    new FilterLogEventsCommand({ logGroupName: world.outputs.Logs }),
  );
  return events.map(({ message = '' }) => message);
};
const states = async () =>
  (await world.health('blue')).map(({ TargetHealth }) => `${TargetHealth?.State} ${TargetHealth?.Reason ?? ''}`);

describe('a service', () => {
  test('is in progress until its tasks are well, and then has as many as it shall', async () => {
    await serve('steady', 'acme/shop:1', 2);
    expect((await world.service('steady')).deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
    await world.completed('steady');
    expect(await world.service('steady')).toMatchObject({
      runningCount: 2,
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE', base: 1, weight: 1 }],
    });
    const running = await world.tasks('steady', 'RUNNING');
    expect(running.map(({ lastStatus, launchType }) => [lastStatus, launchType])).toEqual([
      ['RUNNING', 'FARGATE'],
      ['RUNNING', 'FARGATE'],
    ]);
    expect(await states()).toEqual(['healthy ', 'healthy ']);
    const { deployments } = await world.service('steady');
    expect(running.map(({ startedBy }) => startedBy)).toEqual([deployments?.[0]?.id, deployments?.[0]?.id]);
  });

  test('that is given another release brings it up beside the old one, and then takes that down', async () => {
    await serve('rolled', 'acme/shop:1', 1);
    await world.completed('rolled');
    const [old] = await world.tasks('rolled', 'RUNNING');
    const taskDefinition = await world.define('rolled', 'registry.example.com/acme/shop@sha256:0a1b');
    const { service } = await world.ecs.send(
      new UpdateServiceCommand({ cluster: world.cluster, service: 'rolled', taskDefinition, desiredCount: 2 }),
    );
    expect(service?.deployments?.map(({ status, rolloutState }) => [status, rolloutState])).toEqual([
      ['PRIMARY', 'IN_PROGRESS'],
      ['ACTIVE', 'COMPLETED'],
    ]);
    await world.completed('rolled');
    const now = await until(async () => {
      const { deployments } = await world.service('rolled');
      return deployments?.length === 1 && deployments[0];
    });
    expect(now).toMatchObject({ status: 'PRIMARY', taskDefinition, runningCount: 2, failedTasks: 0 });
    const gone = await until(async () =>
      (await world.tasks('rolled', 'STOPPED')).find(({ lastStatus }) => lastStatus === 'STOPPED'),
    );
    expect(gone).toMatchObject({ taskArn: old?.taskArn, stopCode: 'ServiceSchedulerInitiated' });
  });

  test('that is deleted drains, and is gone when its tasks are', async () => {
    await serve('deleted', 'acme/shop:1', 1);
    await world.completed('deleted');
    const { service } = await world.ecs.send(
      new DeleteServiceCommand({ cluster: world.cluster, service: 'deleted', force: true }),
    );
    expect(service?.status).toBe('DRAINING');
    await until(async () => (await world.service('deleted')).status === 'INACTIVE');
    expect((await world.tasks('deleted', 'STOPPED')).every(({ lastStatus }) => lastStatus === 'STOPPED')).toBe(true);
    expect(await world.health('blue')).toEqual([]);
  });

  test('starts another in place of a task that somebody stops', async () => {
    await serve('replaced', 'acme/shop:1', 1);
    await world.completed('replaced');
    const [task] = await world.tasks('replaced', 'RUNNING');
    await world.ecs.send(new StopTaskCommand({ cluster: world.cluster, task: task?.taskArn, reason: 'by hand' }));
    await until(async () =>
      (await world.tasks('replaced', 'RUNNING')).some(
        ({ taskArn, lastStatus }) => taskArn !== task?.taskArn && lastStatus === 'RUNNING',
      ),
    );
    const old = await until(async () =>
      (await world.tasks('replaced', 'STOPPED')).find(
        (one) => one.taskArn === task?.taskArn && one.lastStatus === 'STOPPED',
      ),
    );
    expect(old).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'by hand', containers: [{ exitCode: 0 }] });
  });

  test('takes an image by its digest', async () => {
    await serve('green', 'registry.example.com/acme/shop@sha256:0a1b', 1);
    await world.completed('green');
    expect((await logs()).some((line) => line.startsWith('Acme Shop v2 listens on '))).toBe(true);
  });
});

describe('what goes wrong is told as on AWS', () => {
  test('an image that is unknown', async () => {
    await serve('unknown', 'acme/nobody:1', 1);
    expect(await stopped('unknown')).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'CannotPullContainerError: failed to resolve ref acme/nobody:1: not found',
    });
    const { deployments } = await failed('unknown');
    expect(deployments?.[0]).toMatchObject({ failedTasks: 3, runningCount: 0 });
    expect(deployments?.[0]?.rolloutStateReason).toContain('circuit breaker was triggered');
  });

  test('a program that ends at once: its exit code and what it said; it is tried again more and more slowly', async () => {
    await serve('crash', 'acme/crash:1', 1);
    const { deployments } = await failed('crash');
    expect(deployments?.[0]?.failedTasks).toBe(3);
    const ended = (await world.tasks('crash', 'STOPPED')).sort(
      (one, other) => Number(one.createdAt) - Number(other.createdAt),
    );
    expect(ended[0]).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 3, lastStatus: 'STOPPED' }],
    });
    expect(ended).toHaveLength(3);
    expect(await logs()).toContain('no database');
  });

  test('a health check that is answered, and never well', async () => {
    await serve('ill', 'acme/ill:1', 1);
    await until(async () => (await states())[0] === 'initial Elb.InitialHealthChecking');
    await until(
      async () =>
        (await states()).includes('unhealthy Target.ResponseCodeMismatch') ||
        (await states()).some((one) => one.startsWith('draining')),
    );
    const task = await stopped('ill');
    expect(task.stopCode).toBe('ServiceSchedulerInitiated');
    expect(task.stoppedReason).toBe(`Task failed ELB health checks in (target-group ${world.groups.blue})`);
    await failed('ill');
  });

  test('a program that listens nowhere', async () => {
    await serve('mute', 'acme/mute:1', 1);
    await until(async () => (await states())[0] === 'initial Elb.InitialHealthChecking');
    expect((await world.service('mute')).deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
  });

  test('a program that does not stop on TERM is killed after its stopTimeout', async () => {
    await serve('deaf', 'acme/deaf:1', 1, { stopTimeout: 2 });
    await world.completed('deaf');
    const began = Date.now();
    await world.ecs.send(new UpdateServiceCommand({ cluster: world.cluster, service: 'deaf', desiredCount: 0 }));
    const seen = new Set<string>();
    const task = await until(async () => {
      const [one] = await world.tasks('deaf', 'STOPPED');
      seen.add(one?.lastStatus ?? '');
      return one?.lastStatus === 'STOPPED' && one;
    });
    expect(task.containers?.[0]?.exitCode).toBe(137);
    expect(Date.now() - began).toBeGreaterThanOrEqual(2_000);
    expect(seen).toContain('STOPPING');
    expect(await logs()).toContain('no');
  });
});

test('a task has the environment of its definition, and nobody else’s', async () => {
  await serve('env', 'acme/env:1', 1, {
    behindBalancer: false,
    environment: [{ name: 'GREETING', value: 'hello' }],
  });
  await until(async () => (await logs()).includes('hello undefined'));
});

test('tasks end with the emulator', async () => {
  await world.serve('last', 'acme/shop:1', 1);
  await world.completed('last');
  const [{ Target } = {}] = await world.health('blue');
  const address = `http://127.0.0.1:${Target?.Port}/health`;
  expect((await fetch(address)).status).toBe(200);
  process.kill(world.emulator.pid, 'SIGTERM');
  await until(() =>
    fetch(address).then(
      () => false,
      () => true,
    ),
  );
});
