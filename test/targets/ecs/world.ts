import { createHash } from 'node:crypto';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ecsTarget } from '../../../shared/targets/ecs/ecs.ts';
import type { Live, Plan, PlanRequest } from '../../../shared/targets/target.ts';
import type { Template, Value } from '../../../templates/template.ts';
import { leaseUnder } from '../../support/lease.ts';
import { resolvedFrom } from '../../support/manifest.ts';
import { templateIn } from '../../templates/samples.ts';
import { startMoto } from './moto.ts';
import { type RunningTasks, runTasksOn } from './running-tasks.ts';

export type StackedPlan = Plan & { stack: Record<string, string> };

/** An account with a stack for each pilot, made from the real template, and tasks that run. */
export interface World {
  tasks: RunningTasks;
  ecs: ECSClient;
  elb: ElasticLoadBalancingV2Client;
  scaling: ApplicationAutoScalingClient;
  request(pilot: string, content: string, more?: Record<string, unknown>): PlanRequest;
  /** Plans what must be right, with the outputs of its stack. */
  plan(pilot: string, content: string, more?: Record<string, unknown>): Promise<StackedPlan>;
  /** The outputs of the pilot's stack, which is made when it is first asked for, with this section of its manifest. */
  planStack(pilot: string, ecs?: unknown): Promise<{ stack: Record<string, string> }>;
  /** Prepares until it parks no more. */
  prepared(
    plan: Plan,
    live: Live,
    fence?: number,
  ): Promise<{ end: Awaited<ReturnType<typeof ecsTarget.prepare>>; said: string[] }>;
  /** Plans, prepares and shifts. */
  deploy(pilot: string, content: string, fence: number, more?: Record<string, unknown>): Promise<StackedPlan>;
  /** Lets a task have written these lines. */
  log(plan: StackedPlan, stream: string, lines: string[]): Promise<void>;
  /** Which content most viewers get; null while nothing is live. */
  served(pilot: string): Promise<string | null>;
  close(): Promise<void>;
}

const REGION = 'eu-central-1';
const digestOf = (content: string) => createHash('sha256').update(content).digest('hex');
export const imageOf = (content: string) => `acme/shop@sha256:${digestOf(content)}`;

export async function openWorld(): Promise<World> {
  const moto = await startMoto();
  const tasks = await runTasksOn(moto.url);
  Object.assign(process.env, {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: tasks.url,
  });
  const options = { region: REGION, endpoint: tasks.url };
  const [ecs, elb] = [new ECSClient(options), new ElasticLoadBalancingV2Client(options)];
  const cloudformation = new CloudFormationClient({ ...options, endpoint: moto.url });
  const logs = new CloudWatchLogsClient(options);
  const contents = new Map<string, string>();
  const stacks = new Map<string, Promise<Record<string, string>>>();

  const request: World['request'] = (pilot, content, more = {}) => {
    contents.set(digestOf(content), content);
    const manifest = resolvedFrom({
      apiVersion: 'pilotage/v1',
      name: pilot,
      target: 'ecs',
      source: { image: imageOf(content) },
      ...more,
    });
    return {
      pilot,
      environment: 'production',
      manifest,
      from: { bucket: 'uploads', key: `pilots/${pilot}/pilot.yaml` },
    };
  };

  async function stackFor(pilot: string, section: unknown = {}): Promise<Record<string, string>> {
    const template = forMoto(
      templateIn(
        `apiVersion: pilotage/v1\nname: ${pilot}\ntarget: ecs\nsource: {image: acme/shop:1}\nedge: {mode: rules}\necs: ${JSON.stringify(section)}\n`,
      ),
    );
    await cloudformation.send(
      new CreateStackCommand({
        StackName: pilot,
        TemplateBody: JSON.stringify(template),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Parameters: Object.keys(template.Parameters ?? {}).map((ParameterKey) => ({
          ParameterKey,
          ParameterValue: 'arn:aws:iam::123456789012:policy/pilots',
        })),
      }),
    );
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: pilot }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  }

  const planStack: World['planStack'] = async (pilot, section) => {
    const stack = stacks.get(pilot) ?? stackFor(pilot, section);
    stacks.set(pilot, stack);
    return { stack: await stack };
  };

  const plan: World['plan'] = async (pilot, content, more) => {
    const planned = await ecsTarget.plan(request(pilot, content, more));
    if ('outcome' in planned) throw new Error(JSON.stringify(planned.problems));
    return { ...planned, ...(await planStack(pilot, more?.ecs)) };
  };

  const prepared: World['prepared'] = async (planned, live, fence = 1) => {
    const said: string[] = [];
    for (;;) {
      const end = await ecsTarget.prepare(planned, live, leaseUnder(fence));
      if (end.outcome !== 'parked' || said.length > 20) return { end, said };
      said.push(end.awaits);
    }
  };

  return {
    tasks,
    ecs,
    elb,
    scaling: new ApplicationAutoScalingClient(options),
    request,
    plan,
    planStack,
    prepared,
    async deploy(pilot, content, fence, more) {
      const planned = await plan(pilot, content, more);
      const before = await ecsTarget.live(planned);
      const { end } = await prepared(planned, before, fence);
      const shifted = await ecsTarget.shift(planned, before, 100, leaseUnder(fence));
      for (const one of [end, shifted]) if (one.outcome !== 'done') throw new Error(JSON.stringify(one));
      return planned;
    },
    async log({ stack }, logStreamName, lines) {
      const logGroupName = stack.Logs ?? '';
      const logEvents = lines.map((message, index) => ({ message, timestamp: Date.now() + index }));
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    },
    async served(pilot) {
      const stack = await stacks.get(pilot);
      const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: stack?.Listener }));
      const groups = firstOf(Rules)?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
      const [most] = groups.toSorted((a, b) => (b.Weight ?? 0) - (a.Weight ?? 0));
      if (!most?.TargetGroupArn) return null;
      return contents.get(tasks.imageBehind(most.TargetGroupArn)?.split('sha256:')[1] ?? '') ?? null;
    },
    close: async () => {
      await tasks.close();
      await moto.close();
    },
  };
}

/** The rule that visitors meet first; the template's own one leads nowhere. */
export const firstOf = (rules: readonly Rule[]): Rule | undefined =>
  rules
    .filter(({ Conditions = [] }) => Conditions.some(({ Field }) => Field === 'path-pattern'))
    .sort((one, other) => Number(one.Priority) - Number(other.Priority))[0];

/** moto has no CloudFront in its stacks. */
function forMoto(template: Template): Template {
  const gone = Object.keys(template.Resources).filter((name) =>
    template.Resources[name]?.Type.startsWith('AWS::CloudFront'),
  );
  const without = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(without);
    if (typeof value !== 'object') return value;
    const [of] = ((value as Record<string, Value>)['Fn::GetAtt'] ?? []) as string[];
    if (of && gone.includes(of)) return 'd111111abcdef8.cloudfront.net';
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, without(inner)]));
  };
  const Resources = Object.fromEntries(Object.entries(template.Resources).filter(([name]) => !gone.includes(name)));
  return without({ ...template, Resources } as unknown as Value) as unknown as Template;
}
