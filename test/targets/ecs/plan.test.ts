import { plan } from '../../../shared/targets/ecs/plan.ts';
import { policiesOf, timesOf } from '../../../shared/targets/ecs/scaling.ts';
import { strategyOf } from '../../../shared/targets/ecs/service.ts';
import { stackOf } from '../../../shared/targets/ecs/stack.ts';
import { taskDefinitionOf } from '../../../shared/targets/ecs/task-definition.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { planOf } from '../../preview/samples.ts';
import { resolvedFrom } from '../../support/manifest.ts';

const IMAGE = `acme/shop@sha256:${'a'.repeat(64)}`;
const ask = (more: Record<string, unknown> = {}, image = IMAGE) => {
  const head = { apiVersion: 'pilotage/v1', name: 'acme-shop', target: 'ecs', source: { image } };
  const manifest = resolvedFrom({ ...head, ...more });
  const from = { bucket: 'uploads', key: 'pilots/acme-shop/pilot.yaml' };
  return plan({ pilot: 'acme-shop', environment: 'production', manifest, from });
};
const STACK = {
  Cluster: 'acme-shop-production',
  ExecutionRole: 'arn:aws:iam::123456789012:role/execution',
  TaskRole: 'arn:aws:iam::123456789012:role/task',
  Logs: '/pilots/acme-shop/production',
  Subnets: 'subnet-1,subnet-2',
  TargetsGroup: 'sg-1',
  Listener: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/acme/0a1b/2c3d',
  BlueTargets: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/blue/4e5f',
  GreenTargets: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/green/6a7b',
};
async function planned(more?: Record<string, unknown>): Promise<Plan & { stack: typeof STACK }> {
  const made = await ask(more);
  if ('outcome' in made) throw new Error(JSON.stringify(made.problems));
  return { ...made, stack: STACK };
}
const problemsOf = async (...asked: Parameters<typeof ask>) => {
  const made = await ask(...asked);
  return 'outcome' in made ? made.problems : [];
};

it('has the size and the counts that the preview shows', async () => {
  for (const more of ['', 'traffic: heavy\n', 'scaling: {min: 3, max: 9}\n']) {
    const shown = planOf('ecs', more).capacity;
    const [key = '', value = ''] = more.split(/: (.*)\n/);
    const given = value === 'heavy' ? { traffic: 'heavy' } : key === 'scaling' ? { scaling: { min: 3, max: 9 } } : {};
    const made = await planned(given);
    expect(made.detail).toMatchObject({ scaling: { min: shown?.min, max: shown?.max } });
    expect(made.summary.task).toBe(shown?.size);
  }
});

it('runs at least one task', async () => {
  expect((await planned({ scaling: { min: 0 } })).detail).toMatchObject({ scaling: { min: 1 } });
});

it('refuses a tag, which may be another image tomorrow', async () => {
  expect(await problemsOf({}, '123456789012.dkr.ecr.eu-central-1.amazonaws.com/acme/shop:1.4')).toEqual([
    expect.objectContaining({
      code: 'IMAGE_NOT_PINNED',
      hint: expect.stringContaining('amazonaws.com/acme/shop@sha256:…'),
    }),
  ]);
});

it('refuses configuration that does not fit, unless it goes into a file', async () => {
  const values = { LONG: 'x'.repeat(3000) };
  expect(await problemsOf({ config: { values } })).toEqual([expect.objectContaining({ code: 'CONFIG_TOO_LARGE' })]);
  expect(await problemsOf({ config: { values, file: 'settings.json' } })).toEqual([]);
});

it('registers what the manifest says, secrets by where they lie', async () => {
  const made = await planned({
    ecs: { port: 3000, command: ['npm', 'start'], mount: '/mnt/data', user: 'app', stopTimeout: '1m' },
    config: { values: { MODE: 'live', RETRIES: 3 } },
    secrets: { SMTP: 'secret:smtp#password', KEY: 'ssm:/shared/key' },
  });
  const definition = taskDefinitionOf(made, { ...stackOf(made), files: { fileSystem: 'fs-1', accessPoint: 'fsap-1' } });
  expect(definition).toMatchObject({
    family: `acme-shop-production--${made.release}`,
    requiresCompatibilities: ['FARGATE'],
    runtimePlatform: { cpuArchitecture: 'ARM64' },
    executionRoleArn: STACK.ExecutionRole,
  });
  expect(definition.containerDefinitions).toEqual([
    expect.objectContaining({
      image: IMAGE,
      command: ['npm', 'start'],
      portMappings: [{ containerPort: 3000, protocol: 'tcp' }],
      user: 'app',
      readonlyRootFilesystem: true,
      stopTimeout: 60,
      environment: [
        { name: 'MODE', value: 'live' },
        { name: 'RETRIES', value: '3' },
      ],
      secrets: [
        {
          name: 'SMTP',
          valueFrom:
            'arn:aws:secretsmanager:eu-central-1:123456789012:secret:pilots/acme-shop/production/smtp:password::',
        },
        { name: 'KEY', valueFrom: 'arn:aws:ssm:eu-central-1:123456789012:parameter/shared/key' },
      ],
    }),
  ]);
  const mounts = definition.containerDefinitions[0]?.mountPoints.map(({ containerPath }) => containerPath);
  expect(mounts).toEqual(expect.arrayContaining(['/mnt/data', '/tmp']));
  expect(() => taskDefinitionOf(made, stackOf(made))).toThrow('FileSystem');
});

it('runs its base on demand and the share that was asked for on spot', async () => {
  expect(strategyOf(await planned({ capacity: { base: 2, spot: 75 } }))).toEqual([
    { capacityProvider: 'FARGATE', base: 2, weight: 25 },
    { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 75 },
  ]);
  expect(strategyOf(await planned())).toEqual([{ capacityProvider: 'FARGATE', base: 1, weight: 100 }]);
  expect(strategyOf(await planned({ ecs: { launch: 'ec2' } }))).toEqual([
    { capacityProvider: 'acme-shop-production--hosts', base: 0, weight: 1 },
  ]);
});

it('scales by processor, by requests and by the clock', () => {
  const groups = { blue: STACK.BlueTargets, green: STACK.GreenTargets };
  const stack = { ...stackOf({ pilot: 'acme', stack: STACK } as unknown as Plan), groups };
  const scaling = {
    min: 2,
    max: 6,
    cpu: 60,
    requests: 900,
    schedule: [{ at: 'cron(0 8 * * ? *)', timezone: 'UTC', min: 4 }],
  };
  expect(policiesOf(scaling, stack, 'green')).toMatchObject([
    { PolicyName: 'cpu', TargetTrackingScalingPolicyConfiguration: { TargetValue: 60 } },
    {
      PolicyName: 'requests',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 900,
        PredefinedMetricSpecification: { ResourceLabel: 'app/acme/0a1b/targetgroup/green/6a7b' },
      },
    },
  ]);
  expect(timesOf(scaling)).toEqual([
    expect.objectContaining({ Timezone: 'UTC', ScalableTargetAction: { MinCapacity: 4, MaxCapacity: 6 } }),
  ]);
});
