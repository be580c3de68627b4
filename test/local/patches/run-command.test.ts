import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateTargetGroupCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CancelCommandCommand, GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type DataPlane, startDataPlane } from '../../../local/balancer/data-plane.ts';
import { freePort } from '../../support/free-port.ts';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

const root = join(__dirname, '../../..');
const others = readdirSync(join(root, 'local/emulator/patches'))
  .filter((name) => /^[a-z]\w*\.py$/.test(name) && name !== 'run_command.py')
  .map((name) => name.replace('.py', ''));

const POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: 'arn:aws:ec2:us-east-1:000000000000:instance/*',
      Condition: { StringLike: { 'ssm:resourceTag/pilotage:pilot': '*' } },
    },
  ],
};

/** With and without the patch: when the first half of a test fails, a newer release needs it no longer. */
describe.each([
  { patched: false, patches: others },
  { patched: true, patches: undefined },
])('the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  let options: ReturnType<typeof clientOf>;
  let dataPlane: DataPlane;
  let user: SSMClient;
  const instances: Record<string, string> = {};

  /** An instance that runs here, with one tag. */
  async function start(name: string, Key: string): Promise<string> {
    const [scaling, elb] = [new AutoScalingClient(options), new ElasticLoadBalancingV2Client(options)];
    const { LaunchTemplate } = await new EC2Client(options).send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: name,
        LaunchTemplateData: {
          InstanceType: 't4g.small',
          UserData: Buffer.from('mkdir -p /opt/pilot\ntouch /opt/pilot/is-here\n').toString('base64'),
          TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key, Value: name }] }],
        },
      }),
    );
    const { TargetGroups: [group] = [] } = await elb.send(
      new CreateTargetGroupCommand({ Name: name, Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1' }),
    );
    await scaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: name,
        ...{ MinSize: 1, MaxSize: 1, DesiredCapacity: 1, VPCZoneIdentifier: 'subnet-1' },
        LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId, Version: '1' },
        TargetGroupARNs: [group?.TargetGroupArn ?? ''],
      }),
    );
    const described = await scaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }));
    return described.AutoScalingGroups?.[0]?.Instances?.[0]?.InstanceId ?? '';
  }

  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
    options = clientOf(running.emulator);
    const plane = await startDataPlane({
      emulatorUrl: running.emulator.url,
      images: {},
      ports: { balancer: await freePort() },
      speed: 0.02,
    });
    if ('problem' in plane) throw new Error(plane.problem.message);
    dataPlane = plane.dataPlane;
    const iam = new IAMClient(options);
    await iam.send(new CreateUserCommand({ UserName: 'one' }));
    const PolicyDocument = JSON.stringify(POLICY);
    await iam.send(new PutUserPolicyCommand({ UserName: 'one', PolicyName: 'all', PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'one' }));
    const [accessKeyId = '', secretAccessKey = ''] = [AccessKey?.AccessKeyId, AccessKey?.SecretAccessKey];
    user = new SSMClient({ ...options, credentials: { accessKeyId, secretAccessKey } });
    instances.pilots = await start('pilots', 'pilotage:pilot');
    instances.others = await start('others', 'team');
  }, 120_000);
  afterAll(async () => {
    await dataPlane.stop();
    await running.end();
  });

  const sending = (of: string, commands = ['true']) =>
    new SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [instances[of] ?? ''],
      Parameters: { commands, workingDirectory: ['/opt/pilot'], executionTimeout: ['10'] },
    });

  it('runs a command on an instance that runs here, in its folder', async () => {
    const ssm = new SSMClient(options);
    const script = ['until [ -e is-here ]; do sleep 0.1; done', 'ls', 'exit 7'];
    const outcome = await ssm.send(sending('pilots', script)).then(
      async ({ Command }) => {
        const asking = { CommandId: Command?.CommandId, InstanceId: instances.pilots };
        const end = await until(async () => {
          const found = await ssm.send(new GetCommandInvocationCommand(asking));
          return found.Status === 'Failed' && found;
        });
        return [end.ResponseCode, end.StandardOutputContent];
      },
      (error: Error) => error.name,
    );
    expect(outcome).toEqual(patched ? [7, 'is-here\n'] : 'InvalidInstanceId');
  });

  it('ends a command that is to be cancelled', async () => {
    const ssm = new SSMClient(options);
    const outcome = await ssm.send(sending('pilots', ['exec sleep 60'])).then(
      async ({ Command }) => {
        const asking = { CommandId: Command?.CommandId, InstanceId: instances.pilots };
        const statusOnce = (wanted: string) =>
          until(async () => {
            const found = await ssm.send(new GetCommandInvocationCommand(asking));
            return found.Status === wanted && wanted;
          });
        await statusOnce('InProgress');
        await ssm.send(new CancelCommandCommand({ CommandId: Command?.CommandId }));
        return statusOnce('Cancelled');
      },
      (error: Error) => error.name,
    );
    expect(outcome).toBe(patched ? 'Cancelled' : 'InvalidInstanceId');
  });

  it('allows it by the instance’s tags', async () => {
    const outcome = (of: string) =>
      user.send(sending(of)).then(
        () => 'allowed',
        (error: Error) => error.name,
      );
    expect([await outcome('pilots'), await outcome('others')]).toEqual([
      patched ? 'allowed' : 'AccessDeniedException',
      'AccessDeniedException',
    ]);
  });
});
