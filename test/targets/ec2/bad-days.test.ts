import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { ec2Target } from '../../../shared/targets/ec2/ec2.ts';
import { leaseUnder, lostLease } from '../../support/lease.ts';
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
    ['QUOTA', /so much disk/, [{ says: 'Client.VolumeLimitExceeded: Volume limit exceeded', code: 'Cancelled' }]],
    ['NO_ADDRESSES', /no free addresses/, [{ says: 'InsufficientFreeAddressesInSubnet: …' }]],
    ['AMI_MISSING', /machine image/, [{ says: 'InvalidAMIID.NotFound: The image id [ami-1] does not exist' }]],
    ['NOT_ALLOWED', /may not start/, [{ says: 'You are not authorized to perform this operation' }]],
    [
      'NOT_ALLOWED',
      /may not start/,
      [
        {
          says: 'The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.',
        },
      ],
    ],
    [
      'DISK_KEY_NOT_USABLE',
      /default key for EBS/,
      [
        {
          says: 'Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Client.InternalError: Client error on launch',
          code: 'Cancelled',
        },
      ],
    ],
    [
      'NO_CAPACITY',
      /other ec2.instance/,
      [
        { says: 'The requested configuration is currently not supported. Launching EC2 instance failed.' },
        {
          says: 'Your requested instance type (t4g.medium) is not supported in your requested Availability Zone (us-east-1e).',
        },
      ],
    ],
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
      'pilotage: FAILED INSTALL_FAILED: ec2.install ended with exit code 1: npm ci',
    ]);
    const { end } = await world.prepared(green, before, 2);
    expect(end).toEqual({
      outcome: 'failed',
      code: 'INSTALL_FAILED',
      reason: 'ec2.install ended with exit code 1: npm ci; its log ends: pilotage: npm ci | npm error code E404',
    });
  });

  it('is told in few words even where AWS says many', async () => {
    const { green, before } = await second();
    nothingComesUp();
    activities([{ says: `You are not authorized. Encoded authorization failure message: ${'x'.repeat(2000)}` }]);
    const { end } = await world.prepared(green, before, 2);
    expect(end).toMatchObject({ code: 'NOT_ALLOWED' });
    expect(JSON.stringify(end).length).toBeLessThan(600);
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

  it('is not brought up while one that was being started is still to go, which would be kept for the new release', async () => {
    const { before } = await second();
    const left = await world.plan(pilot, 'left');
    await world.prepared(left, before, 2);
    const green = await world.plan(pilot, 'green');
    const asked = leaseUnder(3);
    nothingComesUp();
    const pending = world.wire.changed.get('DescribeAutoScalingGroups') as (answer: string) => string;
    world.wire.changed.set('DescribeAutoScalingGroups', (answer) =>
      pending(answer).replace(/--green<.*?<\/DesiredCapacity>/s, (group) =>
        group.replace(/<DesiredCapacity>\d+/, '<DesiredCapacity>0'),
      ),
    );
    expect(await ec2Target.prepare(green, before, asked)).toMatchObject({
      awaits: 'the instances of the release before to be gone',
    });
    world.wire.changed.clear();
    expect(await world.prepared(green, before, 3)).toMatchObject({ end: { outcome: 'done' } });
  });

  it('is not touched by a worker that has lost the lock, whoever runs in it by now', async () => {
    const { green, before } = await second();
    await world.prepared(await world.plan(pilot, 'newer'), before, 3);
    expect(await ec2Target.prepare(green, before, lostLease(2))).toMatchObject({ outcome: 'failed', code: 'FENCED' });
    expect(await groupsOf(green)).toContainEqual(['green', 1, 1, 1]);
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

describe('a release that had traffic and gave it back', () => {
  const prepared = async () => {
    const { blue, green, before } = await second();
    await world.prepared(green, before, 2);
    return { blue, green, before };
  };

  it.each([50, 100])(
    'has no instances any more, which would be replaced for ever where they are ill: %i percent',
    async (weight) => {
      const { green, before } = await prepared();
      await ec2Target.shift(green, before, weight, leaseUnder(2));
      for (let time = 0; time < 2; time += 1) {
        expect(await ec2Target.rollback(green, before, leaseUnder(3))).toMatchObject({ facts: { rolledBack: true } });
        expect(await groupsOf(green)).toEqual([
          ['blue', 1, 1, 1],
          ['green', 0, 0, 0],
        ]);
      }
      expect(await world.served(pilot)).toBe('blue');
    },
  );

  it('has none either where nothing was live before', async () => {
    const first = await world.plan(pilot, 'first');
    const before = await ec2Target.live(first);
    await world.prepared(first, before, 1);
    await ec2Target.shift(first, before, 100, leaseUnder(1));
    await ec2Target.rollback(first, before, leaseUnder(2));
    expect(await groupsOf(first)).toEqual([['blue', 0, 0, 0]]);
  });

  it('is left alone once the lock is somebody else’s, and where it cannot be taken down the traffic is back all the same', async () => {
    const { green, before } = await prepared();
    await ec2Target.shift(green, before, 100, leaseUnder(2));
    const lost = { ...leaseUnder(3), holds: async () => false };
    expect(await ec2Target.rollback(green, before, lost)).toMatchObject({ facts: { rolledBack: true } });
    expect(await groupsOf(green)).toContainEqual(['green', 1, 1, 1]);

    world.wire.answers.set('DescribePolicies', () => 'no XML at all <');
    expect(await ec2Target.rollback(green, before, leaseUnder(3))).toMatchObject({ facts: { rolledBack: true } });
    expect(await groupsOf(green)).toContainEqual(['green', 1, 1, 1]);
    expect(await world.served(pilot)).toBe('blue');
  });

  it('takes nothing down that another release runs by now', async () => {
    const { green, before } = await prepared();
    const other = await world.plan(pilot, 'other');
    await world.prepared(other, before, 4);
    await ec2Target.rollback(green, before, leaseUnder(5));
    expect(await groupsOf(green)).toContainEqual(['green', 1, 1, 1]);
  });
});

it('brings a release up anew that runs for another database, since it came back from being offline', async () => {
  const plan = await world.plan(pilot, 'one');
  const told = { DatabasePort: '5432', DatabaseName: 'app', DatabaseUser: 'app', DatabaseSecret: 'arn' };
  const detail = { ...(plan.detail as object), database: { engine: 'postgres', managed: false } };
  const live = await ec2Target.live(plan);
  const versions: unknown[] = [];
  for (const DatabaseHost of ['old', 'old', 'new', 'new']) {
    const own = { ...plan, detail, stack: { ...plan.stack, ...told, DatabaseHost } };
    const { end } = await world.prepared(own, live);
    expect(end).toMatchObject({ outcome: 'done' });
    versions.push(end.outcome === 'done' && end.facts.version);
  }
  const [first, again, other, otherAgain] = versions;
  expect([again, otherAgain]).toEqual([first, other]);
  expect(other).not.toBe(first);
});
