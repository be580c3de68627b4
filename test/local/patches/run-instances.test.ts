import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateLaunchTemplateCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { DescribeInstanceInformationCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

const others = readdirSync(join(__dirname, '../../../local/emulator/patches'))
  .filter((name) => /^[a-z]\w*\.py$/.test(name) && name !== 'run_instances.py')
  .map((name) => name.replace('.py', ''));

const here = (type: string) => `arn:aws:ec2:us-east-1:000000000000:${type}/*`;
const tagged = (whose: string) => ({ StringEquals: { 'aws:ResourceTag/whose': whose } });
const Statement = [
  { Effect: 'Allow', Action: 'ec2:RunInstances', Resource: here('launch-template'), Condition: tagged('mine') },
  { Effect: 'Allow', Action: 'ec2:TerminateInstances', Resource: here('instance'), Condition: tagged('mine') },
];

/** With and without the patch: when the first half of a test fails, a newer release needs it no longer. */
describe.each([
  { patched: false, patches: others },
  { patched: true, patches: undefined },
])('the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  let ec2: EC2Client;
  let user: EC2Client;
  let ssm: SSMClient;
  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
    const options = clientOf(running.emulator);
    const iam = new IAMClient(options);
    await iam.send(new CreateUserCommand({ UserName: 'one' }));
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutUserPolicyCommand({ UserName: 'one', PolicyName: 'all', PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'one' }));
    const [accessKeyId = '', secretAccessKey = ''] = [AccessKey?.AccessKeyId, AccessKey?.SecretAccessKey];
    [ec2, ssm] = [new EC2Client(options), new SSMClient(options)];
    user = new EC2Client({ ...options, credentials: { accessKeyId, secretAccessKey } });
  }, 60_000);
  afterAll(() => running.end());

  const tags = (whose: string) => [{ Key: 'whose', Value: whose }];
  async function template(name: string, whose: string, userData = 'true\n'): Promise<string> {
    const { LaunchTemplate } = await ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: name,
        LaunchTemplateData: { InstanceType: 't4g.small', UserData: Buffer.from(userData).toString('base64') },
        TagSpecifications: [{ ResourceType: 'launch-template', Tags: tags(whose) }],
      }),
    );
    return LaunchTemplate?.LaunchTemplateId ?? '';
  }
  const starting = (LaunchTemplateId: string, ClientToken: string, whose = 'mine') =>
    new RunInstancesCommand({
      LaunchTemplate: { LaunchTemplateId, Version: '1' },
      MinCount: 1,
      MaxCount: 1,
      ClientToken,
      TagSpecifications: [{ ResourceType: 'instance', Tags: tags(whose) }],
    });
  const start = async (...asked: Parameters<typeof starting>) =>
    (await ec2.send(starting(...asked))).Instances?.[0] ?? {};
  const outcome = (send: Promise<unknown>) =>
    send.then(
      () => 'allowed',
      (error: Error) => error.name,
    );
  const stateOf = async (id = '') => {
    const { Reservations: [found] = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return found?.Instances?.[0]?.State?.Name;
  };

  it('starts what the launch template says, once for each token, where Systems Manager reaches it', async () => {
    const id = await template('made-of', 'mine');
    const [one, again, other] = [await start(id, 'a'), await start(id, 'a'), await start(id, 'b')];
    const { InstanceInformationList = [] } = await ssm.send(new DescribeInstanceInformationCommand({}));
    expect([
      one.InstanceType,
      again.InstanceId === one.InstanceId,
      other.InstanceId === one.InstanceId,
      InstanceInformationList.length,
    ]).toEqual(patched ? ['t4g.small', true, false, 2] : ['t2.micro', false, false, 0]);
  });

  it('runs its user data, and is gone once that powers it off', async () => {
    const { InstanceId } = await start(await template('off', 'mine', 'systemctl poweroff\n'), 'off');
    if (!patched) return expect(await stateOf(InstanceId)).toBe('running');
    return until(async () => (await stateOf(InstanceId)) === 'terminated');
  });

  it('allows it by the template’s tags, and its end by the instance’s', async () => {
    const [mine, yours] = [await template('mine', 'mine'), await template('yours', 'yours')];
    const [first, second] = [await start(mine, 'mine', 'mine'), await start(mine, 'yours', 'yours')];
    const ending = ({ InstanceId = '' }) =>
      outcome(user.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] })));
    const denied = 'UnauthorizedOperation';
    expect([
      await outcome(user.send(starting(mine, 'user', 'mine'))),
      await outcome(user.send(starting(yours, 'other', 'mine'))),
      await ending(first),
      await ending(second),
    ]).toEqual(patched ? ['allowed', denied, 'allowed', denied] : [denied, denied, denied, denied]);
  });
});
