import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { ec2Target } from '../../../shared/targets/ec2/ec2.ts';
import { leaseUnder } from '../../support/lease.ts';
import { openWorld, type StackedPlan, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 120_000);
afterAll(() => world.close());
let count = 0;
let pilot: string;
beforeEach(() => {
  count += 1;
  pilot = `bad-${count}`;
});
afterEach(() => {
  world.wire.answers.clear();
  world.wire.changed.clear();
});

const INSTANCE = 'i-0123456789abcdef0';
const NAMESPACE = 'http://autoscaling.amazonaws.com/doc/2011-01-01/';

interface Told {
  says?: string;
  code?: 'Failed' | 'Cancelled' | 'Successful';
  cause?: string;
  at?: Date;
}

/** Lets AWS tell of these activities, as it does where instances do not come up. */
function activities(told: Told[]): void {
  const member = ({ says = '', code = 'Failed', cause = '', at = new Date() }: Told) =>
    `<member><ActivityId>1</ActivityId><AutoScalingGroupName>g</AutoScalingGroupName><Description>Launching a new EC2 instance: ${INSTANCE}</Description><Cause>${cause}</Cause><StartTime>${at.toISOString()}</StartTime><StatusCode>${code}</StatusCode><StatusMessage>${says}</StatusMessage></member>`;
  world.wire.answers.set(
    'DescribeScalingActivities',
    () =>
      `<DescribeScalingActivitiesResponse xmlns="${NAMESPACE}"><DescribeScalingActivitiesResult><Activities>${told.map(member).join('')}</Activities></DescribeScalingActivitiesResult></DescribeScalingActivitiesResponse>`,
  );
}

/** Lets no instance of green be in service. */
const nothingComesUp = (state = 'Pending:Wait') =>
  world.wire.changed.set('DescribeAutoScalingGroups', (answer) =>
    answer.replace(/<member><AutoScalingGroupName>[^<]*--green<.*?<\/Instances>/s, (group) =>
      group.replaceAll('<LifecycleState>InService<', `<LifecycleState>${state}<`),
    ),
  );

const groupsOf = async ({ pilot: name }: StackedPlan) => {
  const AutoScalingGroupNames = ['blue', 'green'].map((colour) => `${name}-production--${colour}`);
  const { AutoScalingGroups = [] } = await world.scaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames }),
  );
  return AutoScalingGroups.map((one) => [
    one.AutoScalingGroupName?.split('--')[1],
    one.MinSize,
    one.DesiredCapacity,
    one.MaxSize,
  ]);
};

/** Brings a second release up on a bad day, and looks at both colours afterwards. */
async function second(more: Record<string, unknown> = {}) {
  const blue = await world.deploy(pilot, 'blue', 1, more);
  const green = await world.plan(pilot, 'green', more);
  const before = await ec2Target.live(green);
  return { blue, green, before };
}

const ABANDONED =
  'Instance failed to complete user’s Lifecycle Action: Lifecycle Action with token 1 was abandoned: Lifecycle Action Completed with ABANDON Result';
const SILENT =
  'Instance failed to complete user’s Lifecycle Action: Lifecycle Action with token 1 was abandoned: Heartbeat Timeout';

describe('a release that does not come up', () => {
  it.each<[code: string, reason: RegExp, told: Told[]]>([
    ['INSTANCE_SILENT', /never told that it was installed/, [{ says: SILENT, code: 'Cancelled' }]],
    [
      'QUOTA',
      /may not run so many vCPUs/,
      [{ says: 'You have requested more vCPU capacity than your current vCPU limit of 32 allows' }],
    ],
    ['NO_ADDRESSES', /no free addresses/, [{ says: 'InsufficientFreeAddressesInSubnet: …' }]],
    ['AMI_MISSING', /machine image/, [{ says: 'InvalidAMIID.NotFound: The image id [ami-1] does not exist' }]],
    ['NOT_ALLOWED', /may not start/, [{ says: 'You are not authorized to perform this operation' }]],
    [
      'NO_CAPACITY',
      /no instances of this type/,
      [{ says: 'InsufficientInstanceCapacity: …' }, { says: 'InsufficientInstanceCapacity: …' }],
    ],
    [
      'NOT_HEALTHY',
      /asking for \/health/,
      [
        {
          code: 'Successful',
          cause: 'an instance was taken out of service in response to an ELB system health check failure.',
        },
      ],
    ],
  ])('ends with %s, its group empty and the live one as it was', async (code, reason, told) => {
    const { green, before } = await second({ health: { path: '/health' } });
    nothingComesUp();
    activities(told);
    const { end, said } = await world.prepared(green, before, 2);
    expect(end).toEqual({ outcome: 'failed', code, reason: expect.stringMatching(reason) });
    expect(said).toEqual(['its instances: 0 of 1 in service']);
    expect(await groupsOf(green)).toEqual([
      ['blue', 1, 1, 1],
      ['green', 0, 0, 0],
    ]);
    expect(await ec2Target.live(green)).toEqual(before);
    expect(await world.served(pilot)).toBe('blue');
  });

  it('is told in the instance’s own words, with what it wrote last', async () => {
    const { green, before } = await second();
    nothingComesUp();
    activities([
      { says: ABANDONED, code: 'Cancelled' },
      { says: ABANDONED, code: 'Cancelled' },
    ]);
    await world.log(green, INSTANCE, [
      'pilotage: npm ci',
      'npm error code E404',
      'pilotage: FAILED INSTALL_FAILED: ec2.install: npm ci ended with exit code 1',
    ]);
    const { end } = await world.prepared(green, before, 2);
    expect(end).toEqual({
      outcome: 'failed',
      code: 'INSTALL_FAILED',
      reason: 'ec2.install: npm ci ended with exit code 1; its log ends: pilotage: npm ci | npm error code E404',
    });
  });

  it('may still come up after one instance that did not', async () => {
    const { green, before } = await second();
    nothingComesUp();
    activities([{ says: ABANDONED, code: 'Cancelled' }]);
    expect(await world.prepared(green, before, 2)).toMatchObject({ end: { outcome: 'parked' } });
  });

  it('is not held against what went wrong before it began', async () => {
    const { green, before } = await second();
    nothingComesUp();
    activities([{ says: SILENT, code: 'Cancelled', at: new Date(Date.now() - 3_600_000) }]);
    expect(await world.prepared(green, before, 2)).toMatchObject({ end: { outcome: 'parked' } });
  });

  it('waits for as long as its instances have to tell, and some more', async () => {
    const { green, before } = await second({ health: { grace: '2m' } });
    nothingComesUp();
    activities([]);
    const { end } = await world.prepared(green, before, 2);
    if (end.outcome !== 'parked') throw new Error(JSON.stringify(end));
    const minutes = (Date.parse(end.deadline) - Date.now()) / 60_000;
    // 15 to be installed, 1 and the grace of 2 to answer, 15 for another one.
    expect(Math.round(minutes)).toBe(33);
  });
});

describe('a day without spot capacity', () => {
  const NO_SPOT =
    'Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due to your request configuration.';
  const SPOT = { capacity: { base: 0, spot: 100 } };

  it('ends with all on demand, and says so', async () => {
    const { green, before } = await second(SPOT);
    nothingComesUp();
    activities([{ says: NO_SPOT }]);
    const asked = leaseUnder(2);
    expect(await ec2Target.prepare(green, before, asked)).toMatchObject({ awaits: 'its instances: 0 of 1 in service' });
    expect(await ec2Target.prepare(green, before, asked)).toMatchObject({
      awaits: 'its instances on demand: AWS has no spot capacity now',
    });
    world.wire.changed.clear();
    expect(await ec2Target.prepare(green, before, asked)).toMatchObject({
      outcome: 'done',
      facts: { instances: 1, note: 'AWS had no spot capacity: all of them are on demand' },
    });
  });

  it('is given up where there is none on demand either', async () => {
    const { green, before } = await second(SPOT);
    nothingComesUp();
    activities([{ says: NO_SPOT }, { says: 'InsufficientInstanceCapacity' }, { says: 'InsufficientInstanceCapacity' }]);
    const { end, said } = await world.prepared(green, before, 2);
    expect(said.at(-1)).toMatch(/on demand/);
    expect(end).toMatchObject({ outcome: 'failed', code: 'NO_CAPACITY' });
  });
});

describe('a colour with instances of another release', () => {
  it('is emptied before it is brought up', async () => {
    const { before } = await second();
    const left = await world.plan(pilot, 'left');
    await world.prepared(left, before, 2);
    const green = await world.plan(pilot, 'green');
    const { end, said } = await world.prepared(green, before, 3);
    expect(said[0]).toBe('the instances of the release before to be gone');
    expect(end).toMatchObject({ outcome: 'done' });
  });

  it('gives its instances the time that this release asks for', async () => {
    const { DescribeLifecycleHooksCommand } = await import('@aws-sdk/client-auto-scaling');
    await world.deploy(pilot, 'blue', 1);
    await world.deploy(pilot, 'green', 2);
    const longer = await world.plan(pilot, 'longer', { health: { grace: '10m' } });
    const before = await ec2Target.live(longer);
    await ec2Target.rest(longer, before, new Date(0), leaseUnder(3));
    await world.prepared(longer, before, 3);
    const { LifecycleHooks = [] } = await world.scaling.send(
      new DescribeLifecycleHooksCommand({ AutoScalingGroupName: `${longer.pilot}-production--blue` }),
    );
    expect(LifecycleHooks.map((hook) => [hook.HeartbeatTimeout, hook.DefaultResult])).toEqual([
      [15 * 60 + 60 + 600, 'ABANDON'],
    ]);
  });

  it('grows with the live one, and is as large when it is done', async () => {
    const { blue, green, before } = await second({ scaling: { min: 1, max: 3 } });
    const { updateGroup } = await import('../../../shared/aws/auto-scaling.ts');
    await updateGroup({ AutoScalingGroupName: `${blue.pilot}-production--blue`, DesiredCapacity: 3 });
    expect(await world.prepared(green, before, 2)).toMatchObject({ end: { facts: { instances: 3 } } });
    expect(await groupsOf(green)).toContainEqual(['green', 3, 3, 3]);
  });
});
