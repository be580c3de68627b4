import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { type Emulator, startEmulator } from '../../../local/emulator/start.ts';
import { ownerTags } from '../../../shared/manifest/owner-tags.ts';
import { ec2Target } from '../../../shared/targets/ec2/ec2.ts';
import { task } from '../../../shared/targets/ec2/task.ts';
import type { Plan, Task, TaskLook } from '../../../shared/targets/target.ts';
import { eventually } from '../../e2e/installation.ts';
import { freePort } from '../../support/free-port.ts';
import { leaseUnder } from '../../support/lease.ts';
import { taskContract } from '../contract-task.ts';
import { openWorld, type StackedPlan, type World } from './world.ts';

/** Instances are folders here in which the real user data runs, with the exit codes and the logs that commands really have. */
let folder: string;
let emulator: Emulator;
let world: World;
let plan: StackedPlan;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pilotage-tasks-'));
  const started = await startEmulator({ port: await freePort(), folder, auth: false });
  if ('problem' in started) throw new Error(started.problem.message);
  emulator = started.emulator;
  world = await openWorld(emulator.url);
  plan = await world.plan('shop', 'serve();', { config: { values: { SAYS: 'it’s "quoted" $5' } } });
}, 120_000);
afterAll(async () => {
  await world.close();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

taskContract('ec2', async () => ({ runner: task, plan: async () => plan }));

const asked = (command: string[], isFirst = true): Task & { claimed: number } => {
  const one = {
    id: randomUUID().replaceAll('-', ''),
    command,
    timeout: 60,
    claimed: 0,
    claim: async () => {
      one.claimed += 1;
      return { isFirst: isFirst && one.claimed === 1, since: new Date() };
    },
  };
  return one;
};

async function startedAs(of: Plan, one: Task) {
  return eventually(async () => {
    const started = await task.start(of, one, leaseUnder(1));
    return started.outcome === 'parked' ? undefined : started;
  }, 'it was not started');
}

async function ended(of: Plan, one: Task): Promise<TaskLook> {
  const started = await startedAs(of, one);
  if (started.outcome !== 'started') throw new Error(JSON.stringify(started));
  return eventually(async () => {
    const seen = await task.look(of, started.handle);
    return seen.state === 'running' ? undefined : seen;
  }, 'it did not end');
}

const instanceOf = async (id: string) => {
  const asking = new DescribeInstancesCommand({ Filters: [{ Name: 'tag:pilotage:task', Values: [id] }] });
  const { Reservations = [] } = await world.ec2.send(asking);
  return Reservations.flatMap(({ Instances = [] }) => Instances);
};

describe('a command on an instance of its own', () => {
  it('runs before any other instance is there, as the pilot would, each word as it was given', async () => {
    const said = 'pwd; cat server.js; printf "%s|%s\\n" "$SAYS" "$1"';
    const look = await ended(plan, asked(['sh', '-c', said, 'sh', "it's `id` {{ssm:key}}"]));
    const { log = [] } = look as { log?: string[] };
    expect(look).toMatchObject({ state: 'ended', exitCode: 0 });
    expect(log[0]).toMatch(/\/opt\/pilot\/release$/);
    expect(log[1]).toBe('serve();it’s "quoted" $5|it\'s `id` {{ssm:key}}');
    const { AutoScalingGroups } = await world.scaling.send(new DescribeAutoScalingGroupsCommand({}));
    expect(AutoScalingGroups).toEqual([]);
  });

  it('is one instance in the pilot’s own network, known by its tags, and ended with the command', async () => {
    const one = asked(['true']);
    expect(await ended(plan, one)).toMatchObject({ state: 'ended', exitCode: 0, log: [] });
    const [instance, ...others] = await instanceOf(one.id);
    expect(others).toEqual([]);
    expect(plan.stack.Subnets?.split(',')).toContain(instance?.SubnetId);
    expect(instance?.SecurityGroups?.map(({ GroupId }) => GroupId)).toEqual([plan.stack.TargetsGroup]);
    expect(Object.fromEntries((instance?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toMatchObject({
      'pilotage:pilot': plan.pilot,
      'pilotage:environment': 'production',
      'pilotage:release': plan.release,
      'pilotage:task': one.id,
    });
    expect(instance?.State?.Name).toBe('terminated');
  });

  it('never runs where the release cannot be installed, which says why, and its instance ends by itself', async () => {
    const broken = await world.plan('unfit', 'serve();', {
      ec2: { install: [['sh', '-c', 'echo no such package; exit 7']] },
    });
    const one = asked(['true']);
    expect(await startedAs(broken, one)).toEqual({
      outcome: 'failed',
      code: 'INSTALL_FAILED',
      reason: expect.stringMatching(/^ec2\.install ended with exit code 7: .*; its log ends: .*no such package/),
    });
    expect(one.claimed).toBe(1);
    expect((await instanceOf(one.id)).map(({ State }) => State?.Name)).toEqual(['terminated']);
  });

  it('is not said to be unstarted where an earlier call may have sent it', async () => {
    const broken = await world.plan('unfit', 'serve();', { ec2: { install: [['false']] } });
    const one = asked(['true'], false);
    const last = await eventually(async () => {
      const started = await task.start(broken, one, leaseUnder(1));
      return one.claimed > 0 ? started : undefined;
    }, 'it was not claimed');
    expect(last).toMatchObject({ outcome: 'parked', awaits: 'its command to be seen' });
  });

  it('is lost where its instance ends under it', async () => {
    const one = asked(['sleep', '60']);
    const started = await startedAs(plan, one);
    if (started.outcome !== 'started') throw new Error(JSON.stringify(started));
    await eventually(async () => {
      const seen = await task.look(plan, started.handle);
      return seen.state === 'running' ? seen.since : undefined;
    }, 'it did not begin');
    const [instance] = await instanceOf(one.id);
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance?.InstanceId ?? ''] }));
    expect(await task.look(plan, started.handle)).toEqual({
      state: 'lost',
      reason: 'its instance ended before its command did',
    });
  });
});

describe('an instance for a command', () => {
  afterEach(() => world.wire.answers.clear());
  const refusing = (code: string, message: string) => ({
    status: 400,
    body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`,
  });

  it('is started where there is room for it', async () => {
    const [first = '', second = ''] = plan.stack.Subnets?.split(',') ?? [];
    world.wire.answers.set('RunInstances', (sent) =>
      sent.get('SubnetId') === first ? refusing('InsufficientInstanceCapacity', 'we do not have any') : undefined,
    );
    const one = asked(['true']);
    expect(await task.start(plan, one, leaseUnder(1))).toMatchObject({ outcome: 'parked' });
    expect((await instanceOf(one.id)).map(({ SubnetId }) => SubnetId)).toEqual([second]);
  });

  it('that AWS does not start is a failure that says what to do, and nothing ran', async () => {
    world.wire.answers.set('RunInstances', () =>
      refusing('VcpuLimitExceeded', 'You have requested more vCPU capacity'),
    );
    expect(await task.start(plan, asked(['true']), leaseUnder(1))).toEqual({
      outcome: 'failed',
      code: 'QUOTA',
      reason: expect.stringMatching(/ask AWS for more, .*You have requested more vCPU capacity$/),
    });
  });

  it('that has outlived its time is ended by whoever comes next; another one is left alone', async () => {
    const left = async (seconds: number) => {
      const Tags = Object.entries({ ...ownerTags(plan), 'pilotage:task': 'old', 'pilotage:seconds': String(seconds) });
      const { Instances: [made] = [] } = await world.ec2.send(
        new RunInstancesCommand({
          MinCount: 1,
          MaxCount: 1,
          TagSpecifications: [{ ResourceType: 'instance', Tags: Tags.map(([Key, Value]) => ({ Key, Value })) }],
        }),
      );
      return made?.InstanceId ?? '';
    };
    const [late, young] = [await left(-60), await left(3600)];
    await ec2Target.rest(plan, await ec2Target.live(plan), new Date(), leaseUnder(1));
    const states = new Map((await instanceOf('old')).map((one) => [one.InstanceId, one.State?.Name]));
    expect([states.get(late), states.get(young)]).toEqual(['terminated', 'running']);
  });
});
