import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ListSubscriptionsByTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { openMailbox } from '../../local/mailbox.ts';
import { announcement, TOPIC } from '../support/announcement.ts';
import { certify } from '../support/certificate.ts';
import { md5Of } from '../support/ranges.ts';
import { standForSns } from '../support/sns-host.ts';
import { eventually } from './installation.ts';
import { installServices, type Services, serving } from './services.ts';

const day = (count: number) => new Date(Date.now() + count * 86_400_000);
const sns = certify('sns.amazonaws.com', day(-1), day(1));
const EDGE = 'edge: { mode: rules }\n';
const ENTRANCE = 'pilotage-dev-entrances-ip-ranges';

let pilotage: Services;
let host: Awaited<ReturnType<typeof standForSns>>;
let mailbox: Awaited<ReturnType<typeof openMailbox>>;
let aws: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
/** The list that is published first, as it is kept here. */
let first: Published;

beforeAll(async () => {
  host = await standForSns(sns.pem);
  pilotage = await installServices({ '1': serving('one') });
  const { emulator, outputs, ranges } = pilotage.environment;
  aws = { endpoint: emulator.url, region: emulator.region, credentials: emulator.credentials };
  first = JSON.parse(await readFile(ranges, 'utf8'));
  mailbox = await openMailbox(emulator, outputs.Topic ?? '');
  await reachSns(join(ranges, '..', 'sns.pem'));
  for (const pilot of ['acme-shop', 'acme-wiki']) {
    expect(await pilotage.ended(await pilotage.release(pilot, '1', EDGE))).toMatchObject({ status: 'succeeded' });
    expect(await mailbox.next()).toContain(`${pilot} is live`);
  }
}, 300_000);
afterAll(async () => {
  mailbox?.close();
  host?.close();
  await pilotage?.end();
});

/** Lets the entrance reach what stands for SNS's host. */
async function reachSns(file: string): Promise<void> {
  await writeFile(file, host.pem);
  const lambda = new LambdaClient(aws);
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: ENTRANCE }));
  const more = { NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: host.proxy, NODE_EXTRA_CA_CERTS: file };
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: ENTRANCE,
      Environment: { Variables: { ...Environment?.Variables, ...more } },
    }),
  );
}

interface Published {
  syncToken: string;
  prefixes: { ip_prefix: string; region: string; service: string; network_border_group: string }[];
}

/** Publishes a list: the first one, with one more range of CloudFront's and without another, so many seconds later. */
async function publish(seconds: number, more: string, without: string) {
  const token = Number(first.syncToken) + seconds;
  const [example] = first.prefixes.filter(({ service }) => service === 'CLOUDFRONT_ORIGIN_FACING');
  if (!example) throw new Error('the list has no range of that service');
  const prefixes = first.prefixes.filter((one) => one.ip_prefix !== without || one.service !== example.service);
  const list = { ...first, syncToken: String(token), prefixes: [...prefixes, { ...example, ip_prefix: more }] };
  const text = JSON.stringify(list);
  await writeFile(pilotage.environment.ranges, text);
  return { token, md5: md5Of(text), at: new Date() };
}

const deliver = (Sns: object) => pilotage.invoke(ENTRANCE, { Records: [{ EventSource: 'aws:sns', Sns }] });

async function groupsOf(pilot: string): Promise<string[]> {
  const StackName = `${pilot}-production`;
  const { Stacks } = await new CloudFormationClient(aws).send(new DescribeStacksCommand({ StackName }));
  return (Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'EdgeGroups')?.OutputValue ?? '').split(',');
}

async function rulesOf(pilot: string) {
  const { SecurityGroupRules = [] } = await new EC2Client(aws).send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: await groupsOf(pilot) }] }),
  );
  return SecurityGroupRules.filter(({ IsEgress }) => !IsEgress).map((rule) => rule.CidrIpv4 ?? rule.CidrIpv6 ?? '');
}

async function runs(): Promise<{ name: string; status: string }[]> {
  const { EdgeSyncMachine: stateMachineArn } = pilotage.environment.outputs;
  const { executions = [] } = await new SFNClient(aws).send(new ListExecutionsCommand({ stateMachineArn }));
  return executions.map(({ name = '', status = '' }) => ({ name, status }));
}
const over = (prefix: string) =>
  eventually(
    async () => (await runs()).find(({ name, status }) => name.startsWith(prefix) && status !== 'RUNNING'),
    `${prefix} did not end`,
  );

/** Messages that the entrance did not take. */
async function refusals(): Promise<number> {
  const asked = { logGroupName: `/aws/lambda/${ENTRANCE}`, filterPattern: '"the message was refused"' };
  return (await new CloudWatchLogsClient(aws).send(new FilterLogEventsCommand(asked))).events?.length ?? 0;
}

const listed = () =>
  first.prefixes.filter(({ service }) => service === 'CLOUDFRONT_ORIGIN_FACING').map(({ ip_prefix }) => ip_prefix);

describe('CloudFront’s addresses', () => {
  it('are let in by a deployment, and nobody else’s', async () => {
    const [rules, view] = [await rulesOf('acme-shop'), await pilotage.ask({ action: 'edge', pilot: 'acme-shop' })];
    expect(rules.length).toBeGreaterThan(20);
    expect(rules).not.toContain('0.0.0.0/0');
    expect(view.pilots).toMatchObject([
      { pilot: 'acme-shop', mode: 'rules', token: Number(first.syncToken), drift: { missing: [], extra: [] } },
    ]);
    expect(await pilotage.visit('acme-shop')).toBe('one');
  }, 60_000);

  it('are those of a list that AWS announces, in all pilots, and that is told once', async () => {
    const gone = listed()[0] ?? '';
    const announced = announcement(sns, await publish(600, '3.172.0.0/18', gone));
    await deliver(announced);
    expect(await over('ranges-')).toMatchObject({ status: 'SUCCEEDED' });
    for (const pilot of ['acme-shop', 'acme-wiki']) {
      const rules = await rulesOf(pilot);
      expect([pilot, rules.includes('3.172.0.0/18'), rules.includes(gone)]).toEqual([pilot, true, false]);
    }
    expect(await mailbox.next()).toBe('CloudFront is let in by its new addresses: 2 of 2 pilots');

    const before = (await runs()).length;
    await deliver(announced);
    expect(await runs()).toHaveLength(before);
  }, 120_000);

  it('are not those of a message that nobody at SNS signed', async () => {
    const before = await runs();
    const announced = announcement(
      certify('sns.amazonaws.com', day(-1), day(1)),
      await publish(1200, '3.172.64.0/18', ''),
    );
    await deliver(announced);
    await deliver({ ...announced, SigningCertUrl: 'https://example.com/SimpleNotificationService-7e.pem' });
    // Through the subscription of the stack, as whoever could publish to the topic would.
    const theirs = new SNSClient({ ...aws, credentials: { accessKeyId: '806199016981', secretAccessKey: 'test' } });
    const { Subscriptions } = await theirs.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
    expect(Subscriptions).toMatchObject([{ Protocol: 'lambda', Endpoint: expect.stringContaining(ENTRANCE) }]);
    await theirs.send(new PublishCommand({ TopicArn: TOPIC, Message: announced.Message }));
    expect(await eventually(async () => ((await refusals()) >= 3 ? 3 : undefined), 'it was not looked at')).toBe(3);
    expect(await runs()).toEqual(before);
    expect(await rulesOf('acme-shop')).not.toContain('3.172.64.0/18');
  }, 60_000);

  it('are not those of a page in place of the list: nothing changes, and that is told', async () => {
    const before = await rulesOf('acme-shop');
    await writeFile(pilotage.environment.ranges, '<html>Service Unavailable</html>');
    const token = Number(first.syncToken) + 1800;
    await deliver(announcement(sns, { token, at: new Date() }));
    await over(`ranges-${token}`);
    expect(await rulesOf('acme-shop')).toEqual(before);
    expect(await mailbox.next()).toBe('A list of addresses was not taken over from AWS');
  }, 60_000);

  it('come to all others where one pilot’s group is gone, which is told and tried again', async () => {
    const [gone = ''] = await groupsOf('acme-wiki');
    await new EC2Client(aws).send(new DeleteSecurityGroupCommand({ GroupId: gone }));
    await deliver(announcement(sns, await publish(2400, '3.172.128.0/18', '')));
    await over(`ranges-${Number(first.syncToken) + 2400}`);
    expect(await rulesOf('acme-shop')).toContain('3.172.128.0/18');
    expect(await mailbox.next()).toBe('CloudFront could not be let in by its new addresses: 1 of 2 pilots');
    const { pilots } = await pilotage.ask({ action: 'edge', pilot: 'acme-wiki' });
    expect(pilots).toMatchObject([{ trouble: { code: 'EDGE_GROUP_GONE' } }]);

    await isDue('acme-wiki');
    expect(await over('again-')).toMatchObject({ status: 'SUCCEEDED' });
    expect(await mailbox.next()).toBeUndefined();
  }, 120_000);

  it('are there again where somebody removed some by hand, once anybody asks', async () => {
    const [GroupId = ''] = await groupsOf('acme-shop');
    const lost = listed().slice(5, 8);
    const ec2 = new EC2Client(aws);
    for (const CidrIp of lost)
      await ec2.send(
        new RevokeSecurityGroupIngressCommand({
          GroupId,
          IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp }] }],
        }),
      );
    const { pilots } = await pilotage.ask({ action: 'edge', pilot: 'acme-shop' });
    expect(pilots[0]?.drift).toMatchObject({ missing: [{ cidrs: expect.arrayContaining(lost) }], extra: [] });

    const request = `${new Date().toISOString()}/00000000-0000-4000-8000-000000000000`;
    await pilotage.ask({ action: 'edge-sync', pilot: 'acme-shop', request });
    const { summary } = await eventually(async () => {
      const answer = await pilotage.ask({ action: 'edge-synced', request });
      return answer.status === 'RUNNING' ? undefined : answer;
    }, 'no end');
    expect(summary).toMatchObject({ reason: 'asked', pilots: 1, changed: 1, failing: 0 });
    expect(await rulesOf('acme-shop')).toEqual(expect.arrayContaining(lost));
  }, 60_000);
});

describe('pilot edge', () => {
  const type = async (...args: string[]) => {
    const PILOTAGE_STACK = join(pilotage.environment.ranges, '..', 'stack.json');
    const cli = join(__dirname, '../../dist/cli/pilot.js');
    const env = { ...process.env, PILOTAGE_STACK };
    return (await promisify(execFile)(process.execPath, [cli, 'edge', ...args], { env })).stdout;
  };

  it('shows the groups, and brings them up to date', async () => {
    const [GroupId = ''] = await groupsOf('acme-shop');
    expect(await type('sync', 'acme-shop')).toBe('1 pilot looked at, 0 changed, 0 not up to date\n');
    const line = (await type('status')).split('\n').find((one) => one.includes(GroupId)) ?? '';
    expect(line).toMatch(/^acme-shop +production +rules +sg-\w+ +\d\d\/60 +\d+\/60 +\d+ days +none$/);
    expect(await type('sync', 'acme-shop', '--dry-run')).toBe('Nothing would be changed.\n');
  }, 60_000);
});

/** As though the pause before the next try were over. */
async function isDue(pilot: string): Promise<void> {
  await new DynamoDBClient(aws).send(
    new UpdateItemCommand({
      TableName: pilotage.environment.outputs.Table,
      Key: { pk: { S: 'EDGE' }, sk: { S: `FAILED#${pilot}#production` } },
      UpdateExpression: 'SET #next = :now',
      ExpressionAttributeNames: { '#next': 'next' },
      ExpressionAttributeValues: { ':now': { S: new Date().toISOString() } },
    }),
  );
}
