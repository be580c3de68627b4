import { beanstalkTarget } from '../../../shared/targets/beanstalk/beanstalk.ts';
import { bundleFlaws } from '../../../shared/targets/beanstalk/check-bundle.ts';
import { detailOf } from '../../../shared/targets/beanstalk/detail.ts';
import { settingsOf, standbySettings } from '../../../shared/targets/beanstalk/settings.ts';
import { stackOf as stackIn } from '../../../shared/targets/beanstalk/stack.ts';
import { openWorld, PLATFORM, stackOf, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function problemsOf(more: Record<string, unknown>, content = 'one') {
  const plan = await beanstalkTarget.plan(await world.request('acme', content, more));
  return 'outcome' in plan ? plan.problems : [];
}
const section = (more: Record<string, unknown>) => ({ beanstalk: { platform: PLATFORM, ...more } });

describe('a plan', () => {
  it('pins the bundle and the newest version of the platform, by its numbers', async () => {
    const plan = await world.plan('acme', 'one');
    expect(plan).toMatchObject({
      target: 'beanstalk',
      url: '',
      summary: { files: 2, platform: `${PLATFORM}, version 6.10.0`, instances: '1 to 1 t4g.medium' },
    });
    expect(detailOf(plan)).toMatchObject({
      application: 'acme-production',
      platform: `arn:aws:elasticbeanstalk:us-east-1::platform/${PLATFORM}/6.10.0`,
      zip: { version: expect.any(String), etag: expect.any(String) },
    });
  });

  it('is of another release when only the configuration differs, and not when only the platform is newer', async () => {
    const one = await world.plan('acme', 'one', { config: { values: { MODE: 'one' } } });
    const other = await world.plan('acme', 'one', { config: { values: { MODE: 'other' } } });
    expect(other.release).not.toBe(one.release);
    world.account.platforms.push({ name: PLATFORM, version: '6.11.0', branch: 'Supported' });
    const later = await world.plan('acme', 'one', { config: { values: { MODE: 'one' } } });
    world.account.platforms.pop();
    expect(later.release).toBe(one.release);
    expect(later.summary.platform).toBe(`${PLATFORM}, version 6.11.0`);
  });

  it('says of what it updates the platform', async () => {
    await world.deploy('update', 'one', 1);
    world.account.platforms.push({ name: PLATFORM, version: '6.11.0', branch: 'Supported' });
    const later = await world.plan('update', 'two');
    const other = await world.plan(
      'update',
      'two',
      section({ platform: 'Node.js 22 running on 64bit Amazon Linux 2023' }),
    );
    world.account.platforms.pop();
    expect(later.summary.platform).toBe(`${PLATFORM}, version 6.11.0, an update of 6.10.0`);
    expect(other.summary.platform).toContain(`, version 6.10.0, an update of ${PLATFORM} 6.10.0`);
  });

  it('says that a platform is to be retired', async () => {
    world.account.platforms.push({
      name: 'PHP 8.1 running on 64bit Amazon Linux 2023',
      version: '4.1.0',
      branch: 'Deprecated',
    });
    const plan = await world.plan('acme', 'one', section({ platform: 'PHP 8.1 running on 64bit Amazon Linux 2023' }));
    expect(plan.summary).toMatchObject({ 'platform is': 'deprecated' });
  });
});

const MIGRATES = { database: {}, migrations: { command: ['db', 'up'] } };

describe('a plan refuses', () => {
  it('a platform that there is not, and names those that could be meant', async () => {
    expect(await problemsOf(section({ platform: 'Node.js 16 running on 64bit Amazon Linux 2023' }))).toEqual([
      {
        code: 'PLATFORM_MISSING',
        message: 'there is no platform Node.js 16 running on 64bit Amazon Linux 2023 in this region',
        expected: `${PLATFORM}, or Node.js 22 running on 64bit Amazon Linux 2023`,
        place: { file: 'pilot.yaml', path: 'beanstalk.platform' },
      },
    ]);
  });

  it('a platform that AWS has retired', async () => {
    const name = 'Python 3.8 running on 64bit Amazon Linux 2023';
    world.account.platforms.push({ name, version: '3.9.0', branch: 'Retired' });
    expect(await problemsOf(section({ platform: name }))).toMatchObject([
      {
        code: 'PLATFORM_MISSING',
        message: `AWS has retired the platform ${name}: nothing new starts on it`,
        expected: 'Python 3.14 running on 64bit Amazon Linux 2023',
      },
    ]);
  });

  it.each<[what: string, more: Record<string, unknown>, codes: string[]]>([
    ['components', { components: { jobs: { about: 'Jobs', command: ['node', 'jobs.js'] } } }, ['NOT_YET']],
    [
      'migrations of a platform whose leader commands run beside the containers',
      { ...section({ platform: 'Docker running on 64bit Amazon Linux 2023' }), ...MIGRATES },
      ['MIGRATION_NOT_POSSIBLE'],
    ],
    [
      'those of containers that ECS runs',
      { ...section({ platform: 'ECS running on 64bit Amazon Linux 2023' }), ...MIGRATES },
      ['MIGRATION_NOT_POSSIBLE'],
    ],
    ['scaling by requests', { scaling: { requests: 100 } }, ['SCALING_NOT_SUPPORTED']],
    [
      'times of other zones, and those that Auto Scaling has no words for',
      {
        scaling: {
          schedule: [
            { at: 'cron(0 8 * * ? *)', min: 2, timezone: 'Europe/Berlin' },
            { at: 'cron(0 8 L * ? *)', min: 2 },
          ],
        },
      },
      ['SCHEDULE_NOT_SUPPORTED', 'SCHEDULE_NOT_SUPPORTED'],
    ],
    [
      'other limits of a single instance',
      { ...section({ loadBalancer: 'none' }), scaling: { schedule: [{ at: 'cron(0 8 * * ? *)', min: 1 }] } },
      ['SCHEDULE_NOT_SUPPORTED'],
    ],
    [
      'a load balancer of somebody else',
      section({
        options: {
          'aws:elasticbeanstalk:environment:LoadBalancerIsShared': 'true',
          'aws:elbv2:loadbalancer:SharedLoadBalancer': 'arn:aws:elasticloadbalancing:1',
        },
      }),
      ['OPTION_DECIDED', 'OPTION_DECIDED'],
    ],
    [
      'a certificate on a single instance',
      { ...section({ loadBalancer: 'none' }), domain: { name: 'shop.example.com', cdn: false } },
      ['NO_CERTIFICATE'],
    ],
    [
      'options that lead to somebody else’s role',
      section({ options: { 'aws:autoscaling:launchconfiguration:IamInstanceProfile': 'admin' } }),
      ['OPTION_DECIDED'],
    ],
    [
      'options for what another section says',
      {
        ...section({
          options: { 'aws:elasticbeanstalk:application:environment:MODE': 'x', 'aws:autoscaling:asg:MinSize': '9' },
        }),
        config: { values: { MODE: 'live' } },
      },
      ['OPTION_DECIDED', 'OPTION_DECIDED'],
    ],
    ['configuration that is too long', { config: { values: { TEXT: 'x'.repeat(3000) } } }, ['CONFIG_TOO_LARGE']],
  ])('%s', async (_what, more, codes) => {
    expect((await problemsOf(more)).map(({ code }) => code)).toEqual(codes);
  });

  it('a zip in which nothing says how it is started, and sees a folder too many', () => {
    const entry = (path: string) => ({ path, encrypted: false }) as never;
    expect(bundleFlaws([entry('portal/package.json'), entry('portal/server.js')], 1, PLATFORM)).toEqual([
      expect.objectContaining({ code: 'BUNDLE_START_MISSING', hint: expect.stringContaining('portal') }),
    ]);
    expect(bundleFlaws([entry('Procfile')], 1, PLATFORM)).toEqual([]);
    expect(bundleFlaws([entry('package.json')], 501 * 1024 ** 2, PLATFORM)).toMatchObject([
      { code: 'ARTIFACT_TOO_LARGE' },
    ]);
  });
});

describe('the settings of an environment', () => {
  const settled = async (more: Record<string, unknown> = {}, stack: Record<string, string> = {}) => {
    const plan = await world.plan('acme', 'one', more);
    const settings = settingsOf(detailOf(plan), stackIn({ ...plan, stack: { ...stackOf('acme'), ...stack } }), {
      KEY: 'arn',
    });
    return Object.fromEntries(settings.map(({ namespace, name, value }) => [`${namespace}:${name}`, value]));
  };

  it('are those of the manifest', async () => {
    const found = await settled({
      beanstalk: {
        platform: PLATFORM,
        instance: 't3.small',
        disk: 20,
        options: { 'aws:elasticbeanstalk:xray:XRayEnabled': 'true' },
      },
      scaling: { min: 2, max: 6, cpu: 50 },
      capacity: { base: 1, spot: 75 },
      health: { path: '/health', interval: '10s' },
      retention: { logs: 7 },
      config: { values: { MODE: 'live', LIMITS: [1, 2] } },
    });
    expect(found).toMatchObject({
      'aws:ec2:instances:InstanceTypes': 't3.small',
      'aws:ec2:instances:SupportedArchitectures': 'x86_64',
      'aws:ec2:instances:EnableSpot': 'true',
      'aws:ec2:instances:SpotFleetOnDemandAboveBasePercentage': '25',
      'aws:autoscaling:launchconfiguration:RootVolumeSize': '20',
      'aws:autoscaling:launchconfiguration:DisableIMDSv1': 'true',
      'aws:autoscaling:asg:MinSize': '2',
      'aws:autoscaling:asg:MaxSize': '6',
      'aws:autoscaling:trigger:UpperThreshold': '50',
      'aws:elasticbeanstalk:environment:process:default:HealthCheckPath': '/health',
      'aws:elasticbeanstalk:environment:process:default:HealthCheckInterval': '10',
      'aws:elasticbeanstalk:healthreporting:system:SystemType': 'enhanced',
      'aws:elasticbeanstalk:managedactions:ManagedActionsEnabled': 'false',
      'aws:elasticbeanstalk:cloudwatch:logs:RetentionInDays': '7',
      'aws:elasticbeanstalk:application:environment:MODE': 'live',
      'aws:elasticbeanstalk:application:environment:LIMITS': '[1,2]',
      'aws:elasticbeanstalk:application:environmentsecrets:KEY': 'arn',
      'aws:elasticbeanstalk:xray:XRayEnabled': 'true',
      'aws:ec2:vpc:Subnets': 'subnet-3,subnet-4',
      'aws:ec2:vpc:AssociatePublicIpAddress': 'false',
    });
  });

  it('have visitors of a domain come encrypted, and nobody otherwise', async () => {
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/1';
    const found = await settled({ domain: { name: 'shop.example.com' } }, { BalancerCertificate: certificate });
    expect(found).toMatchObject({
      'aws:elbv2:listener:443:SSLCertificateArns': certificate,
      'aws:elbv2:listener:default:ListenerEnabled': 'false',
    });
  });

  it('have other limits at other times, each an action of its own', async () => {
    const plan = await world.plan('acme', 'one', {
      scaling: {
        min: 2,
        max: 6,
        schedule: [
          { at: 'cron(0 7 ? * MON-FRI *)', min: 4, max: 12 },
          { at: 'cron(0 19 ? * 2-6 *)', min: 0 },
        ],
      },
    });
    const stack = stackIn({ ...plan, stack: stackOf('acme') });
    const timed = settingsOf(detailOf(plan), stack, {}).filter(({ resource }) => resource);
    expect(timed).toEqual(
      [
        ['Time1', 'MaxSize', '12'],
        ['Time1', 'MinSize', '4'],
        ['Time1', 'Recurrence', '0 7 * * MON-FRI'],
        ['Time2', 'MaxSize', '6'],
        ['Time2', 'MinSize', '1'],
        ['Time2', 'Recurrence', '0 19 * * 1-5'],
      ].map(([resource, name, value]) => ({ namespace: 'aws:autoscaling:scheduledaction', resource, name, value })),
    );
  });

  it('put what serves while nothing is live behind the domain’s certificate, where there is one', async () => {
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/1';
    const standby = async (more: Record<string, unknown>) => {
      const plan = await world.plan('acme', 'one', { scaling: { min: 3, max: 6 }, ...more });
      const stack = stackIn({ ...plan, stack: { ...stackOf('acme'), BalancerCertificate: certificate } });
      const settings = standbySettings(detailOf(plan), stack);
      return Object.fromEntries(settings.map(({ namespace, name, value }) => [`${namespace}:${name}`, value]));
    };
    expect(await standby({ domain: { name: 'shop.example.com' } })).toMatchObject({
      'aws:elasticbeanstalk:environment:EnvironmentType': 'LoadBalanced',
      'aws:elbv2:listener:443:SSLCertificateArns': certificate,
      'aws:autoscaling:asg:MaxSize': '1',
      'aws:elasticbeanstalk:environment:process:default:MatcherHTTPCode': '200',
    });
    expect(await standby({})).toMatchObject({ 'aws:elasticbeanstalk:environment:EnvironmentType': 'SingleInstance' });
  });

  it('put a single instance where visitors reach it', async () => {
    const found = await settled({ beanstalk: { platform: PLATFORM, loadBalancer: 'none' } });
    expect(found).toMatchObject({
      'aws:elasticbeanstalk:environment:EnvironmentType': 'SingleInstance',
      'aws:autoscaling:launchconfiguration:SecurityGroups': 'sg-front',
      'aws:ec2:vpc:Subnets': 'subnet-1,subnet-2',
    });
    expect(Object.keys(found).filter((path) => path.startsWith('aws:elbv2'))).toEqual([]);
  });
});
