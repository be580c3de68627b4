import { createHash } from 'node:crypto';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeLaunchTemplateVersionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ec2Target } from '../../../shared/targets/ec2/ec2.ts';
import type { Live, Plan, PlanRequest, Target } from '../../../shared/targets/target.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { leaseUnder } from '../../support/lease.ts';
import { resolvedFrom } from '../../support/manifest.ts';
import { zipOf } from '../../support/zip.ts';
import { templateIn } from '../../templates/samples.ts';
import { type Wire, wireTo } from './wire.ts';

export type StackedPlan = Plan & { stack: Record<string, string> };
type Outcome = Awaited<ReturnType<Target['prepare']>>;

/** An account with a stack for each pilot, made from the real template, and groups whose instances are there at once. */
export interface World {
  wire: Wire;
  scaling: AutoScalingClient;
  ec2: EC2Client;
  bucket: string;
  /** The target as the workflow sees it: with its stack provisioned, and what parks run again. */
  target: Target;
  request(pilot: string, content: string, more?: Record<string, unknown>): Promise<PlanRequest>;
  plan(pilot: string, content: string, more?: Record<string, unknown>): Promise<StackedPlan>;
  /** Prepares until it parks no more. */
  prepared(plan: Plan, live: Live, fence?: number): Promise<{ end: Outcome; said: string[] }>;
  /** Plans, prepares and shifts. */
  deploy(pilot: string, content: string, fence: number, more?: Record<string, unknown>): Promise<StackedPlan>;
  /** What new instances of a version are started with. */
  launchData(plan: StackedPlan, version: string): Promise<Record<string, unknown>>;
  /** Lets an instance have written these lines as it was installed. */
  log(plan: StackedPlan, instance: string, lines: string[]): Promise<void>;
  /** Which content most viewers get; null while nothing is live. */
  served(pilot: string): Promise<string | null>;
  close(): Promise<void>;
}

const REGION = 'us-east-1';
let worlds = 0;

/** @param emulator one of its own, where instances are to be real; otherwise the one that all tests share. */
export async function openWorld(emulator = emulatorUrl()): Promise<World> {
  worlds += 1;
  const prefix = createHash('sha256').update(`${process.pid} ${worlds}`).digest('hex').slice(0, 8);
  const wire = await wireTo(emulator);
  Object.assign(process.env, {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: wire.url,
  });
  const options = { region: REGION, endpoint: wire.url };
  const [scaling, ec2, elb] = [
    new AutoScalingClient(options),
    new EC2Client(options),
    new ElasticLoadBalancingV2Client(options),
  ];
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const cloudformation = new CloudFormationClient(options);
  const logs = new CloudWatchLogsClient(options);
  const bucket = `uploads-${prefix}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const stacks = new Map<string, Promise<Record<string, string>>>();
  const contents = new Map<string, string>();
  /** One emulator serves many tests: names of pilots are theirs alone. */
  const own = (pilot: string) => `${pilot}-${prefix}`;

  const request: World['request'] = async (pilot, content, more = {}) => {
    const zip = await zipOf({ 'server.js': content });
    const key = `pilots/${own(pilot)}/${createHash('sha256').update(content).digest('hex')}.zip`;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: zip }));
    contents.set(createHash('sha256').update(zip).digest('hex'), content);
    const manifest = resolvedFrom({
      apiVersion: 'pilotage/v1',
      name: own(pilot),
      target: 'ec2',
      source: { artifact: `s3://${bucket}/${key}` },
      ...more,
      ec2: { port: 8000, start: ['node', 'server.js'], ...(more.ec2 as object) },
    });
    return { pilot: own(pilot), environment: 'production', manifest, from: { bucket, key: 'pilots/pilot.yaml' } };
  };

  async function makeStack(name: string): Promise<Record<string, string>> {
    const template = templateIn(
      `apiVersion: pilotage/v1\nname: ${name}\ntarget: ec2\nsource: {artifact: release.zip}\nedge: {mode: rules}\nec2: {port: 8000}\n`,
    );
    const values: Record<string, string> = { Boundary: 'arn:aws:iam::000000000000:policy/pilots', Releases: bucket };
    await cloudformation.send(
      new CreateStackCommand({
        StackName: name,
        TemplateBody: JSON.stringify(template),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Parameters: Object.keys(template.Parameters ?? {}).map((ParameterKey) => ({
          ParameterKey,
          ParameterValue: values[ParameterKey] ?? 'pl-1',
        })),
      }),
    );
    for (;;) {
      const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: name }));
      const [stack] = Stacks;
      if (stack?.StackStatus === 'CREATE_COMPLETE')
        return Object.fromEntries((stack.Outputs ?? []).map((one) => [one.OutputKey ?? '', one.OutputValue ?? '']));
      if (stack?.StackStatus !== 'CREATE_IN_PROGRESS') throw new Error(`${name}: ${stack?.StackStatusReason}`);
    }
  }
  const stackOf = (pilot: string): Promise<Record<string, string>> => {
    const stack = stacks.get(pilot) ?? makeStack(pilot);
    stacks.set(pilot, stack);
    return stack;
  };

  const target: Target = {
    ...ec2Target,
    async plan(asked) {
      const planned = await ec2Target.plan(asked);
      return 'outcome' in planned ? planned : { ...planned, stack: await stackOf(asked.pilot) };
    },
    prepare: async (plan, live, lease) => {
      for (;;) {
        const end = await ec2Target.prepare(plan, live, lease);
        if (end.outcome !== 'parked') return end;
      }
    },
  };

  const plan: World['plan'] = async (pilot, content, more) => {
    const planned = await target.plan(await request(pilot, content, more));
    if ('outcome' in planned) throw new Error(JSON.stringify(planned.problems));
    return planned as StackedPlan;
  };

  const prepared: World['prepared'] = async (planned, live, fence = 1) => {
    const said: string[] = [];
    for (;;) {
      const end = await ec2Target.prepare(planned, live, leaseUnder(fence));
      if (end.outcome !== 'parked' || said.length > 20) return { end, said };
      said.push(end.awaits);
    }
  };

  return {
    wire,
    scaling,
    ec2,
    bucket,
    target,
    request,
    plan,
    prepared,
    async deploy(pilot, content, fence, more) {
      const planned = await plan(pilot, content, more);
      const before = await ec2Target.live(planned);
      const { end } = await prepared(planned, before, fence);
      const shifted = await ec2Target.shift(planned, before, 100, leaseUnder(fence));
      for (const one of [end, shifted]) if (one.outcome !== 'done') throw new Error(JSON.stringify(one));
      return planned;
    },
    async launchData({ stack }, version) {
      const { LaunchTemplateVersions: [found] = [] } = await ec2.send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: stack.LaunchTemplate, Versions: [version] }),
      );
      return { ...found?.LaunchTemplateData };
    },
    async log({ stack, release }, instance, lines) {
      const [logGroupName = '', logStreamName] = [stack.Logs, `${release}/install/${instance}`];
      const logEvents = lines.map((message, index) => ({ message, timestamp: Date.now() + index }));
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    },
    async served(pilot) {
      const stack = await stackOf(own(pilot));
      const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: stack.Listener }));
      const live = Rules.filter(({ Conditions }) => Conditions?.some(({ Field }) => Field === 'path-pattern'));
      const [first] = live.toSorted((a, b) => Number(a.Priority) - Number(b.Priority));
      const groups = first?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
      const [most] = groups.toSorted((a, b) => (b.Weight ?? 0) - (a.Weight ?? 0));
      if (!most?.TargetGroupArn) return null;
      const script = await startedBehind(scaling, ec2, most.TargetGroupArn);
      return contents.get(/^SHA256=(\w+)$/m.exec(script ?? '')?.[1] ?? '') ?? null;
    },
    close: () => wire.close(),
  };
}

/** The user data of the instances of a target group. */
async function startedBehind(scaling: AutoScalingClient, ec2: EC2Client, target: string): Promise<string | undefined> {
  const { DescribeAutoScalingGroupsCommand } = await import('@aws-sdk/client-auto-scaling');
  const { AutoScalingGroups = [] } = await scaling.send(new DescribeAutoScalingGroupsCommand({}));
  const group = AutoScalingGroups.find(({ TargetGroupARNs }) => TargetGroupARNs?.includes(target));
  const specification = group?.Instances?.[0]?.LaunchTemplate;
  if (!specification?.Version) return undefined;
  const { LaunchTemplateVersions: [version] = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({
      LaunchTemplateId: specification.LaunchTemplateId,
      Versions: [specification.Version],
    }),
  );
  return Buffer.from(version?.LaunchTemplateData?.UserData ?? '', 'base64').toString();
}
