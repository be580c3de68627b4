import { randomUUID } from 'node:crypto';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetStackPolicyCommand,
} from '@aws-sdk/client-cloudformation';
import { CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { parametersOf } from '../../shared/provisioning/parameters.ts';
import { provision } from '../../shared/provisioning/provision.ts';
import { serviceRoleOf } from '../../shared/provisioning/service-role.ts';
import { type Wanted, wantedOf } from '../../shared/provisioning/wanted.ts';
import { templateOf } from '../../templates/index.ts';
import type { Resource } from '../../templates/template.ts';
import { SMALL } from '../preview/samples.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { siteOf } from '../templates/samples.ts';
import './service-role.ts';

let client: CloudFormationClient;
beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: emulatorUrl(),
  });
  client = new CloudFormationClient();
  const iam = new IAMClient();
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  for (const PolicyName of ['bounds', 'network', 'roles'])
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument })).catch(() => 'there already');
  // A role that is made here is known at once.
  const now = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => now() + 20_000);
});
afterAll(() => jest.restoreAllMocks());

// Its own in each run: the emulator may be an older one.
const PILOT = `pilot-${randomUUID().slice(0, 8)}`;
const STACK = `${PILOT}-production`;
const manifest = `${SMALL.lambda.replace('acme-shop', PILOT)}lambda: {events: uploads/, front: none}\n`;

/** What a deployment of this minute wants of a pilot. */
function wanted(minute: number, more: Record<string, Resource> = {}, environment = 'production'): Wanted {
  const site = { ...siteOf(manifest, environment), region: 'us-east-1', account: '000000000000' };
  const template = templateOf(site);
  if (!template) throw new Error('the target has no template');
  const given = parametersOf(
    template,
    site.manifest,
    { PILOT_BOUNDARY: 'arn:aws:iam::000000000000:policy/pilots' },
    {},
  );
  if ('problems' in given) throw new Error(given.problems.map(({ message }) => message).join());
  return wantedOf({
    deployment: `${PILOT}_${environment}_20260102T03${String(minute).padStart(2, '0')}05Z-0123456789ab`,
    pilot: PILOT,
    environment,
    template: { ...template, Resources: { ...template.Resources, ...more } },
    parameters: given.parameters,
    serviceRole: serviceRoleOf(PILOT, environment),
    since: new Date(),
    deadline: new Date(Date.now() + 60_000),
  });
}

async function untilEnd(of: Wanted) {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    const end = await provision(of);
    if (end.outcome !== 'parked') return end;
  }
  throw new Error('it does not end');
}
const resources = async () => {
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: STACK }));
  return Object.fromEntries(StackResources.map((one) => [one.LogicalResourceId, one.PhysicalResourceId]));
};
const MORE = `${PILOT}-more`;
const role = (RoleName: string): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName, AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } },
});

/** It cannot be made. */
const LOST: Resource = { Type: 'AWS::Logs::LogStream', Properties: { LogGroupName: '/pilots/nobody' } };
const LOST_BECAUSE = /^Lost \(AWS::Logs::LogStream\): .*does not exist.*; the stack /;

describe('the stack of a pilot, in the emulator', () => {
  // One story: each of its tests begins where the one before ended.
  let before: Awaited<ReturnType<typeof resources>>;

  it('is made of the pilot’s own template', async () => {
    const end = await untilEnd(wanted(1));
    expect(end).toMatchObject({ outcome: 'provisioned', stack: 'made' });
    before = await resources();
    expect(end).toMatchObject({ outputs: { Uploads: before.Uploads, FailedCalls: expect.stringContaining(':sqs:') } });
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: STACK }));
    expect(stack).toMatchObject({ StackStatus: 'CREATE_COMPLETE', EnableTerminationProtection: true });
    expect(stack?.RoleARN).toBe(serviceRoleOf(PILOT, 'production').arn);
    expect(stack?.Tags).toEqual(expect.arrayContaining([{ Key: 'pilotage:pilot', Value: PILOT }]));
    const { StackPolicyBody } = await client.send(new GetStackPolicyCommand({ StackName: STACK }));
    expect(StackPolicyBody).toBe(wanted(1).policy);
  });

  it('is left as it is where nothing changes', async () => {
    expect(await provision(wanted(2))).toMatchObject({ outcome: 'provisioned', stack: 'unchanged' });
  });

  it('is changed, and keeps what it had', async () => {
    const end = await untilEnd(wanted(3, { More: role(MORE) }));
    expect(end).toMatchObject({ outcome: 'provisioned', stack: 'changed' });
    expect(await resources()).toEqual({ ...before, More: MORE });
  });

  it('is as before after a change that fails, which says why', async () => {
    const end = await untilEnd(wanted(4, { More: role(MORE), Lost: LOST }));
    expect(end).toMatchObject({ code: 'STACK_FAILED', reason: expect.stringMatching(LOST_BECAUSE) });
    expect(await resources()).toEqual({ ...before, More: MORE });
  });

  it('is changed after that as if nothing had been', async () => {
    const end = await untilEnd(wanted(5, { Other: role(`${PILOT}-other`) }));
    expect(end).toMatchObject({ outcome: 'provisioned', stack: 'changed' });
    expect(await resources()).toEqual({ ...before, Other: `${PILOT}-other` });
  });

  it('is not changed by what CloudFormation refuses', async () => {
    expect(await untilEnd(wanted(6, { Wrong: { Type: 'AWS::Acme::Nothing' } }))).toMatchObject({
      outcome: 'failed',
      code: 'STACK_REFUSED',
    });
  });

  it('gives up nothing that holds data', async () => {
    const all = wanted(7);
    const { FailedCalls: _, ...Resources } = JSON.parse(all.template).Resources;
    const template = JSON.stringify({ ...JSON.parse(all.template), Resources, Outputs: {} });
    expect(await untilEnd({ ...all, digest: 'without', template })).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'DATA_AT_RISK' }],
    });
    expect(Object.keys(await resources())).toContain('FailedCalls');
  });
});

it('a stack that could not be made says why, and the next deployment makes it anew', async () => {
  const failed = await untilEnd(wanted(8, { Lost: LOST }, 'staging'));
  expect(failed).toMatchObject({ code: 'STACK_FAILED', reason: expect.stringMatching(LOST_BECAUSE) });
  const end = await untilEnd(wanted(9, {}, 'staging'));
  expect(end).toMatchObject({ outcome: 'provisioned', stack: 'made' });
});

it('a stack that is wrong before it is begun says what is wrong', async () => {
  // The bucket of the story above, which is the whole world's name.
  const taken = { Type: 'AWS::S3::Bucket', Properties: { BucketName: `${STACK}--uploads--000000000000` } };
  expect(await untilEnd(wanted(10, { Taken: taken }, 'test'))).toMatchObject({
    code: 'STACK_REFUSED',
    reason: expect.stringMatching(/^Taken \(.*BucketName=\S+\) is there already, .* removed or renamed first$/),
  });
});
