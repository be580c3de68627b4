import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateCapacityProviderCommand,
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeCapacityProvidersCommand,
  DescribeTasksCommand,
  ECSClient,
  PutClusterCapacityProvidersCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { followStack } from '../../../local/stack/follow.ts';
import { tellImages } from '../../../local/tasks/images.ts';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

const outcome = (send: Promise<unknown>) =>
  send.then(
    () => 'allowed',
    (error: Error) => error.name,
  );

/** A cluster with one capacity provider, of a group that has no instances. */
const CAPACITY = {
  Resources: {
    Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'made' } },
    Group: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: { AutoScalingGroupName: 'made', MinSize: '0', MaxSize: '2' },
    },
    Capacity: {
      Type: 'AWS::ECS::CapacityProvider',
      Properties: { Name: 'made', AutoScalingGroupProvider: { AutoScalingGroupArn: { Ref: 'Group' } } },
    },
    Association: {
      Type: 'AWS::ECS::ClusterCapacityProviderAssociations',
      Properties: {
        Cluster: { Ref: 'Cluster' },
        CapacityProviders: [{ Ref: 'Capacity' }],
        DefaultCapacityProviderStrategy: [],
      },
    },
  },
};

const FILES = {
  Resources: {
    System: { Type: 'AWS::EFS::FileSystem', Properties: {} },
    Point: { Type: 'AWS::EFS::AccessPoint', Properties: { FileSystemId: { Ref: 'System' } } },
  },
  Outputs: { System: { Value: { Ref: 'System' } }, Point: { Value: { Ref: 'Point' } } },
};

/**
 * Each patch of the emulator for instances and volumes, with and without it: when the
 * first half of a test fails, a newer release needs that patch no longer.
 */
describe.each([
  { patched: false, patches: ['ecs_processes'] },
  { patched: true, patches: undefined },
])('the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  let cloudformation: CloudFormationClient;
  let ecs: ECSClient;
  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
    cloudformation = new CloudFormationClient(clientOf(running.emulator));
    ecs = new ECSClient(clientOf(running.emulator));
  }, 60_000);
  afterAll(() => running.end());

  async function made(StackName: string, template: object): Promise<unknown> {
    const asked = { StackName, TemplateBody: JSON.stringify(template) };
    const refused = await outcome(cloudformation.send(new CreateStackCommand(asked)));
    if (refused !== 'allowed') return refused;
    return (await follow(StackName)).ended;
  }
  const follow = (stackName: string) =>
    followStack(cloudformation, { stackName, since: undefined, deadline: Date.now() + 20_000, onProgress: () => {} });
  const provider = async () =>
    (await ecs.send(new DescribeCapacityProvidersCommand({ capacityProviders: ['made'] }))).capacityProviders?.[0];

  test('cfn_capacity_providers: a stack may have them, and lose them', async () => {
    const result = await made('capacity', CAPACITY);
    if (!patched) return expect(['ValidationError', 'failed']).toContain(result);
    expect(result).toBe('done');
    expect((await provider())?.autoScalingGroupProvider?.autoScalingGroupArn).toMatch(/autoScalingGroupName\/made$/);
    await cloudformation.send(new DeleteStackCommand({ StackName: 'capacity' }));
    await until(async () => (await provider()) === undefined);
  });

  test('ecs_capacity_in_use: one that a service runs on stays with its cluster', async () => {
    await ecs.send(new CreateClusterCommand({ clusterName: 'used' }));
    const autoScalingGroupArn =
      'arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/used';
    for (const name of ['used', 'unused'])
      await ecs.send(new CreateCapacityProviderCommand({ name, autoScalingGroupProvider: { autoScalingGroupArn } }));
    const put = (capacityProviders: string[]) =>
      outcome(
        ecs.send(
          new PutClusterCapacityProvidersCommand({
            ...{ cluster: 'used', capacityProviders, defaultCapacityProviderStrategy: [] },
          }),
        ),
      );
    expect(await put(['used', 'unused'])).toBe('allowed');
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        ...{ family: 'used', containerDefinitions: [{ name: 'app', image: 'acme/shop:1' }] },
      }),
    );
    await ecs.send(
      new CreateServiceCommand({
        ...{ cluster: 'used', serviceName: 'used', taskDefinition: 'used', desiredCount: 0 },
        capacityProviderStrategy: [{ capacityProvider: 'used', weight: 1 }],
      }),
    );
    expect(await put(['used'])).toBe('allowed');
    expect(await put([])).toBe(patched ? 'ResourceInUseException' : 'allowed');
  });

  test('ecs_volumes: a task can write where it mounts a volume', async () => {
    expect(await made('files', FILES)).toBe('done');
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: 'files' }));
    const output = (name: string) => Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
    const writes = `require('fs').writeFileSync(process.env.FILES + '/it', '')`;
    const program = { command: [process.execPath, '-e', writes], cwd: __dirname };
    await tellImages(running.emulator.url, { 'acme/writes:1': program });
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'writes',
        volumes: [
          {
            name: 'files',
            efsVolumeConfiguration: {
              fileSystemId: output('System'),
              authorizationConfig: { accessPointId: output('Point'), iam: 'ENABLED' },
            },
          },
        ],
        containerDefinitions: [
          {
            ...{ name: 'app', image: 'acme/writes:1' },
            environment: [{ name: 'FILES', value: '/mnt/no-such-folder' }],
            mountPoints: [{ sourceVolume: 'files', containerPath: '/mnt/no-such-folder' }],
          },
        ],
      }),
    );
    await ecs.send(new CreateClusterCommand({ clusterName: 'writes' }));
    const asked = { cluster: 'writes', taskDefinition: taskDefinition?.taskDefinitionArn };
    const { tasks = [] } = await ecs.send(new RunTaskCommand(asked));
    const ended = await until(async () => {
      const now = { cluster: 'writes', tasks: tasks.map(({ taskArn = '' }) => taskArn) };
      const task = (await ecs.send(new DescribeTasksCommand(now))).tasks?.[0];
      return task?.lastStatus === 'STOPPED' && task;
    });
    expect(ended.containers?.[0]?.exitCode).toBe(patched ? 0 : 1);
  });
});
