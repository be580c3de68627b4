import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { type Environment, setHealth } from '../../../local/beanstalk/account.ts';
import { keepGroups } from '../../../local/beanstalk/groups.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { leaseUnder, lostLease } from '../../support/lease.ts';
import { openWorld, PLATFORM, REGION, type World } from './world.ts';

let world: World;
let scaling: AutoScalingClient;
let count = 0;
let pilot: string;
beforeAll(async () => {
  world = await openWorld();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  scaling = new AutoScalingClient({ endpoint: emulatorUrl(), region: REGION, credentials });
});
beforeEach(() => {
  count += 1;
  pilot = `grows-${count}`;
});
afterAll(() => world.close());

/** What Auto Scaling does in its own time. */
const later = () => keepGroups(world.account, scaling);
const there = (part: string): Environment => {
  const found = world.environment(pilot, part);
  if (!found) throw new Error(`${part} is not there`);
  return found;
};

async function groupOf(part: string) {
  const Filters = [{ Name: 'tag:elasticbeanstalk:environment-id', Values: [there(part).id] }];
  const { AutoScalingGroups: [group] = [] } = await scaling.send(new DescribeAutoScalingGroupsCommand({ Filters }));
  return group;
}

const LIMITS = { scaling: { min: 1, max: 4 } };

/** Blue is live and has become as large as this; green is prepared under fence 2. */
async function grown(size: number, of: Record<string, unknown> = LIMITS, more = of) {
  await world.deploy(pilot, 'blue', 1, of);
  await later();
  const AutoScalingGroupName = (await groupOf('blue'))?.AutoScalingGroupName;
  await scaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: size }));
  const plan = await world.plan(pilot, 'green', more);
  const before = await world.target.live(plan);
  await world.target.prepare(plan, before, leaseUnder(2));
  await later();
  return { plan, before, shift: (lease = leaseUnder(2)) => world.target.shift(plan, before, 100, lease) };
}

describe('a release that takes over from what has grown', () => {
  it('becomes as large first, and gets the traffic once all of its instances run it', async () => {
    const { shift } = await grown(3);
    const name = there('green').name;
    expect(await shift()).toEqual({
      outcome: 'growing',
      progress: `${name} grows from 1 to 3 instances before it takes over`,
    });
    expect(await groupOf('green')).toMatchObject({ MinSize: 1, DesiredCapacity: 3, MaxSize: 4 });
    expect(await shift()).toEqual({
      outcome: 'growing',
      progress: expect.stringContaining('1 of 3 instances run it'),
    });
    expect(await world.served(pilot)).toBe('blue');

    await later();
    expect(there('green').instances).toHaveLength(3);
    expect(await shift()).toMatchObject({ outcome: 'done', facts: { weight: 100 } });
    expect(await world.served(pilot)).toBe('green');
  });

  it('becomes no larger than its own limits allow', async () => {
    const { shift } = await grown(4, LIMITS, { scaling: { min: 1, max: 2 } });
    expect(await shift()).toMatchObject({ outcome: 'growing' });
    expect((await groupOf('green'))?.DesiredCapacity).toBe(2);
    await later();
    expect(await shift()).toMatchObject({ outcome: 'done' });
  });

  it('stays as it is where it is as large already', async () => {
    const { shift } = await grown(1);
    expect(await shift()).toMatchObject({ outcome: 'done' });
    expect((await groupOf('green'))?.DesiredCapacity).toBe(1);
  });

  it('is not made larger once the lock is lost, nor where it is ill', async () => {
    const { shift } = await grown(3);
    expect(await shift(lostLease(2))).toMatchObject({ code: 'FENCED' });
    setHealth(there('green'), 'Red', ['100.0 % of the requests are failing with HTTP 5xx.']);
    there('green').updatedAt = new Date(0);
    expect(await shift()).toMatchObject({ code: 'NOT_HEALTHY' });
    expect((await groupOf('green'))?.DesiredCapacity).toBe(1);
    expect(await world.served(pilot)).toBe('blue');
  });

  it('is not measured as a single instance', async () => {
    const beanstalk = { platform: PLATFORM, loadBalancer: 'none' };
    const { shift } = await grown(1, { beanstalk });
    expect(await shift()).toMatchObject({ outcome: 'done' });
  });
});

it('the group of an environment goes with it', async () => {
  await grown(1);
  const id = there('green').id;
  there('green').status = 'Terminated';
  await later();
  const Filters = [{ Name: 'tag:elasticbeanstalk:environment-id', Values: [id] }];
  expect(await scaling.send(new DescribeAutoScalingGroupsCommand({ Filters }))).toMatchObject({
    AutoScalingGroups: [],
  });
});
