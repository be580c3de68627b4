import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  CreateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateVersionsCommand,
  DescribeImagesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientOf, runningEmulator } from '../emulator/running.ts';

const outcome = (send: Promise<unknown>) =>
  send.then(
    () => 'allowed',
    (error: Error) => error.name,
  );

const here = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
const ARM = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/** What the user may do: each on what AWS asks for it. */
const POLICY = [
  {
    Action: 'autoscaling:CreateOrUpdateTags',
    Resource: here('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/mine'),
  },
  {
    Action: 'autoscaling:SetDesiredCapacity',
    Resource: here('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/*'),
    Condition: { StringEquals: { 'aws:ResourceTag/whose': 'mine' } },
  },
  { Action: 'logs:CreateLogStream', Resource: here('logs', 'log-group:/mine:*') },
  { Action: 'ssm:GetParameter', Resource: 'arn:aws:ssm:us-east-1::parameter/aws/service/*' },
  {
    Action: 'ec2:CreateLaunchTemplateVersion',
    Resource: here('ec2', 'launch-template/*'),
    Condition: { StringEquals: { 'aws:ResourceTag/whose': 'mine' } },
  },
];

/**
 * Each patch of the emulator for instances, with and without it: when the first half of a test fails, a newer
 * release needs that patch no longer.
 */
describe.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: undefined },
])('the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  let options: ReturnType<typeof clientOf>;
  let user: ReturnType<typeof clientOf>;
  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
    options = clientOf(running.emulator);
    const iam = new IAMClient(options);
    const Statement = POLICY.map((one) => ({ Effect: 'Allow', ...one }));
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new CreateUserCommand({ UserName: 'one' }));
    await iam.send(new PutUserPolicyCommand({ UserName: 'one', PolicyName: 'all', PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'one' }));
    const [accessKeyId = '', secretAccessKey = ''] = [AccessKey?.AccessKeyId, AccessKey?.SecretAccessKey];
    user = { ...options, credentials: { accessKeyId, secretAccessKey } };
  }, 60_000);
  afterAll(() => running.end());

  async function template(name: string, whose: string): Promise<string> {
    const { LaunchTemplate } = await new EC2Client(options).send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: name,
        LaunchTemplateData: { InstanceType: 't4g.small' },
        TagSpecifications: [{ ResourceType: 'launch-template', Tags: [{ Key: 'whose', Value: whose }] }],
      }),
    );
    return LaunchTemplate?.LaunchTemplateId ?? '';
  }

  it('keeps what a group is made of, and tells what it does', async () => {
    const scaling = new AutoScalingClient(options);
    const LaunchTemplateId = await template('made-of', 'mine');
    await scaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: 'made',
        MinSize: 0,
        MaxSize: 2,
        DesiredCapacity: 1,
        VPCZoneIdentifier: 'subnet-1',
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification: { LaunchTemplateId, Version: '1' },
            Overrides: [{ InstanceType: 't4g.small' }],
          },
        },
      }),
    );
    const { AutoScalingGroups: [group] = [] } = await scaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['made'] }),
    );
    const { Activities = [] } = await scaling.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName: 'made' }),
    );
    expect(group?.Instances).toHaveLength(1);
    expect([group?.Instances?.[0]?.LaunchTemplate?.Version, Activities.map(({ StatusCode }) => StatusCode)]).toEqual(
      patched ? ['1', ['Successful']] : [undefined, []],
    );
  });

  it('finds groups by their tags, and no others', async () => {
    const scaling = new AutoScalingClient(options);
    const size = { MinSize: 0, MaxSize: 1, DesiredCapacity: 0 };
    for (const name of ['blue', 'green'])
      await scaling.send(
        new CreateAutoScalingGroupCommand({
          ...size,
          AutoScalingGroupName: name,
          Tags: [{ Key: 'of:whom', Value: name, PropagateAtLaunch: false }],
        }),
      );
    const found = async (...Values: string[]) => {
      const Filters = [{ Name: 'tag:of:whom', Values }];
      const { AutoScalingGroups = [] } = await scaling.send(new DescribeAutoScalingGroupsCommand({ Filters }));
      return AutoScalingGroups.map(({ AutoScalingGroupName: name }) => name).sort();
    };
    const all = ['blue', 'green', 'made'];
    expect([await found('green'), await found('blue', 'green'), await found('nobody')]).toEqual(
      patched ? [['green'], ['blue', 'green'], []] : [all, all, all],
    );
  });

  it('allows the size of a group by the group’s tags', async () => {
    const sizing = async (whose: string) => {
      const AutoScalingGroupName = `sized-${whose}`;
      await new AutoScalingClient(options).send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName,
          MinSize: 0,
          MaxSize: 1,
          Tags: [{ Key: 'whose', Value: whose, PropagateAtLaunch: false }],
        }),
      );
      const command = new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 1 });
      return outcome(new AutoScalingClient(user).send(command));
    };
    expect([await sizing('mine'), await sizing('yours')]).toEqual([
      patched ? 'allowed' : 'AccessDenied',
      'AccessDenied',
    ]);
  });

  it('takes a lifecycle action of those alone that wait for one', async () => {
    const completing = new CompleteLifecycleActionCommand({
      AutoScalingGroupName: 'made',
      LifecycleHookName: 'none',
      InstanceId: 'i-0',
      LifecycleActionResult: 'CONTINUE',
    });
    expect(await outcome(new AutoScalingClient(options).send(completing))).toBe(
      patched ? 'ValidationError' : 'allowed',
    );
  });

  it('allows tags of a group on the group', async () => {
    const tagging = (ResourceId: string) =>
      outcome(
        new AutoScalingClient(user).send(
          new CreateOrUpdateTagsCommand({
            Tags: [{ ResourceId, ResourceType: 'auto-scaling-group', Key: 'a', Value: 'b', PropagateAtLaunch: false }],
          }),
        ),
      );
    expect([await tagging('mine'), await tagging('other')]).toEqual([
      patched ? 'allowed' : 'AccessDenied',
      'AccessDenied',
    ]);
  });

  it('deletes versions of a launch template, but not the one that is its default', async () => {
    const ec2 = new EC2Client(options);
    const LaunchTemplateId = await template('versions', 'mine');
    await ec2.send(
      new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, LaunchTemplateData: { InstanceType: 't4g.small' } }),
    );
    const deleting = ec2
      .send(new DeleteLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['1', '2', '3'] }))
      .then(
        (done) => [
          done.SuccessfullyDeletedLaunchTemplateVersions?.map(({ VersionNumber }) => VersionNumber),
          done.UnsuccessfullyDeletedLaunchTemplateVersions?.map(({ ResponseError }) => ResponseError?.Code),
        ],
        (error: Error) => error.name,
      );
    expect(await deleting).toEqual(
      patched ? [[2], ['unexpectedError', 'launchTemplateVersionDoesNotExist']] : 'InvalidAction',
    );
  });

  it('allows versions of a launch template by the template’s tags', async () => {
    const adding = async (whose: string) => {
      const LaunchTemplateId = await template(`of-${whose}`, whose);
      const LaunchTemplateData = { InstanceType: 't4g.small' as const };
      return outcome(
        new EC2Client(user).send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, LaunchTemplateData })),
      );
    };
    const denied = 'UnauthorizedOperation';
    expect([await adding('mine'), await adding('yours')]).toEqual([patched ? 'allowed' : denied, denied]);
  });

  it('lets everybody who may read it have the public parameter of an image for ARM', async () => {
    const read = await new SSMClient(user).send(new GetParameterCommand({ Name: ARM })).then(
      ({ Parameter }) => Parameter?.Value ?? '',
      (error: Error) => error.name,
    );
    expect(read).toMatch(patched ? /^ami-/ : /^AccessDeniedException$/);
    const { Images: [image] = [] } = await new EC2Client(options).send(
      new DescribeImagesCommand({ ImageIds: ['ami-0c2023a1b2c3d4e60'] }),
    );
    expect(image?.Architecture).toBe(patched ? 'arm64' : undefined);
  });

  it('allows a log stream on the stream', async () => {
    await new CloudWatchLogsClient(options).send(new CreateLogGroupCommand({ logGroupName: '/mine' }));
    const creating = new CreateLogStreamCommand({ logGroupName: '/mine', logStreamName: 'one' });
    expect(await outcome(new CloudWatchLogsClient(user).send(creating))).toBe(
      patched ? 'allowed' : 'AccessDeniedException',
    );
  });
});
