import { ec2Target } from '../../../shared/targets/ec2/ec2.ts';
import { policiesOf, timesOf, unixTimes } from '../../../shared/targets/ec2/scaling.ts';
import { stackOf } from '../../../shared/targets/ec2/stack.ts';
import { leaseUnder } from '../../support/lease.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 120_000);
afterAll(() => world.close());
afterEach(() => {
  world.wire.answers.clear();
  world.wire.changed.clear();
});

const refusals = async (more: Record<string, unknown>) => {
  const planned = await ec2Target.plan(await world.request('refused', 'one', more));
  return 'outcome' in planned ? planned.problems.map(({ code, message }) => [code, message]) : [];
};

describe('what could never work is refused before anything is made', () => {
  it.each<[code: string, words: RegExp, more: Record<string, unknown>]>([
    [
      'AMI_PARAMETER_MISSING',
      /no public parameter .*kernel-9\.9/,
      { ec2: { image: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-9.9-arm64' } },
    ],
    [
      'IMAGE_NOT_SUPPORTED',
      /ubuntu/,
      { ec2: { image: '/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id' } },
    ],
    ['IMAGE_WRONG_PROCESSOR', /made for arm64.*t3\.small is x86/, { ec2: { instance: 't3.small' } }],
    ['SCHEDULE_NOT_SUPPORTED', /rate/, { scaling: { schedule: [{ at: 'rate(1 hour)', min: 1 }] } }],
  ])('%s', async (code, words, more) => {
    expect(await refusals(more)).toEqual([[code, expect.stringMatching(words)]]);
  });

  it('DISK_TOO_SMALL', async () => {
    world.wire.changed.set('DescribeImages', (answer) => answer.replace('<volumeSize>8<', '<volumeSize>30<'));
    expect(await refusals({})).toEqual([['DISK_TOO_SMALL', expect.stringMatching(/8 GiB.*needs 30/)]]);
    expect(await refusals({ ec2: { disk: 30 } })).toEqual([]);
  });

  it('ARTIFACT_MISSING', async () => {
    expect(await refusals({ source: { artifact: `s3://${world.bucket}/nothing.zip` } })).toEqual([
      ['ARTIFACT_MISSING', expect.any(String)],
    ]);
  });
});

describe('a release', () => {
  it('is another one on another machine image, so that a newer image comes with the next deployment', async () => {
    const one = await world.plan('image', 'one');
    const x86 = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
    const other = await world.plan('image', 'one', { ec2: { image: x86, instance: 't3.small' } });
    expect(other.release).not.toBe(one.release);
    expect([one.summary.image, other.summary.image]).toEqual([
      expect.stringMatching(/^ami-/),
      expect.stringMatching(/^ami-/),
    ]);
  });

  it('starts instances that nobody reaches but the load balancer, with a token for their metadata and an encrypted disk', async () => {
    const plan = await world.deploy('started', 'one', 1, { ec2: { disk: 20 } });
    const data = await world.launchData(plan, '2');
    expect(data).toMatchObject({
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 20 } }],
      SecurityGroupIds: [plan.stack.TargetsGroup],
      IamInstanceProfile: { Arn: plan.stack.InstanceProfile },
    });
    expect(data.KeyName).toBeUndefined();
  });

  it('is of one version, however often it is brought up', async () => {
    const plan = await world.plan('once', 'one');
    await world.prepared(plan, await ec2Target.live(plan), 1);
    await world.prepared(plan, await ec2Target.live(plan), 1);
    expect(world.wire.calls.filter((call) => call === 'CreateLaunchTemplateVersion')).toHaveLength(
      world.wire.calls.filter((call) => call === 'CreateAutoScalingGroup').length,
    );
  });

  it('buys on spot what the manifest says, of several types as large', async () => {
    const plan = await world.plan('spot', 'one', { capacity: { base: 2, spot: 75 } });
    expect(plan.detail).toMatchObject({
      types: ['t4g.medium', 'c7g.large', 'c6g.large'],
      capacity: { base: 2, spot: 75 },
    });
  });

  it('leaves nothing behind once it is no longer kept', async () => {
    const { ListObjectsV2Command, S3Client } = await import('@aws-sdk/client-s3');
    const { findVersions } = await import('../../../shared/aws/launch-templates.ts');
    const blue = await world.deploy('removed', 'blue', 1);
    const green = await world.deploy('removed', 'green', 2);
    const kept = async () => {
      const s3 = new S3Client({ endpoint: world.wire.url, forcePathStyle: true });
      const asked = { Bucket: world.bucket, Prefix: `releases/${blue.pilot}/` };
      const { Contents = [] } = await s3.send(new ListObjectsV2Command(asked));
      const versions = await findVersions(blue.stack.LaunchTemplate ?? '');
      return [
        Contents.map(({ Key }) => Key?.split('/')[3]),
        versions.map(({ description }) => description.split(' ')[0]),
      ];
    };
    expect((await kept()).map((one) => new Set(one))).toEqual([
      new Set([blue.release, green.release]),
      new Set([blue.release, green.release, '']),
    ]);
    await ec2Target.retire(green, [blue.release], leaseUnder(2));
    expect(await kept()).toEqual([[green.release], [green.release, '']]);
  });

  it('can be entered where an instance of it serves', async () => {
    const plan = await world.plan('entered', 'one');
    expect(await ec2Target.shell?.(plan)).toBeUndefined();
    await world.deploy('entered', 'one', 1);
    expect(await ec2Target.shell?.(plan)).toEqual({
      instance: expect.stringMatching(/^i-/),
      region: 'us-east-1',
      user: 'pilot',
      folder: '/opt/pilot/release',
      environmentFile: '/etc/pilot/environment',
      logs: expect.stringMatching(/^\/pilots\/entered-.*\/production$/),
    });
  });
});

describe('scaling', () => {
  it('goes by the processors, and by requests where the manifest says so', async () => {
    const { stack, ...plan } = await world.plan('scaled', 'one');
    const policies = policiesOf({ min: 1, max: 2, cpu: 50, requests: 600 }, stackOf({ ...plan, stack }), 'blue');
    expect(
      policies.map(({ TargetTrackingConfiguration: one }) => [one?.TargetValue, one?.PredefinedMetricSpecification]),
    ).toEqual([
      [50, { PredefinedMetricType: 'ASGAverageCPUUtilization' }],
      [
        600,
        {
          PredefinedMetricType: 'ALBRequestCountPerTarget',
          ResourceLabel: expect.stringMatching(/^app\/[\w-]+\/\w+\/targetgroup\/blue-[\w-]+\/\w+$/),
        },
      ],
    ]);
  });

  it.each([
    ['cron(0 7 ? * MON-FRI *)', '0 7 * * MON-FRI'],
    ['cron(0 7 ? * 2-6 *)', '0 7 * * 1-5'],
    ['cron(*/5 8 1/2 1 ? *)', '*/5 8 1/2 1 *'],
    ['cron(0 7 ? * 2/2 *)', '0 7 * * 1/2'],
  ])('takes %s as %s', (at, unix) => {
    expect(unixTimes(at)).toBe(unix);
    expect(timesOf({ min: 1, max: 4, cpu: 60, schedule: [{ at, timezone: 'Europe/Berlin', min: 2 }] })).toEqual([
      { ScheduledActionName: 'time-1', Recurrence: unix, TimeZone: 'Europe/Berlin', MinSize: 2, MaxSize: 4 },
    ]);
  });

  it.each([
    'rate(5 minutes)',
    'cron(0 7 L * ? *)',
    'cron(0 7 ? * 6L *)',
    'cron(0 7 ? * 2#1 *)',
    'cron(0 7 1 1 ? 2027)',
  ])('has no words for %s', (at) => {
    expect(unixTimes(at)).toBeUndefined();
  });
});
