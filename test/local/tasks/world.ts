import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import {
  CreateRuleCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  ModifyTargetGroupCommand,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { startDataPlane } from '../../../local/balancer/data-plane.ts';
import type { Program } from '../../../local/tasks/images.ts';
import { SMALL } from '../../preview/samples.ts';
import { freePort } from '../../support/free-port.ts';
import { templateIn } from '../../templates/samples.ts';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

const root = join(__dirname, '../../..');
const NAME = 'acme-shop-production';

export const shop = (version: string): Program => ({
  command: [process.execPath, 'server.js'],
  cwd: join(root, 'examples/ecs', version),
});
/** A program of a few lines. */
export const script = (code: string): Program => ({ command: [process.execPath, '-e', code], cwd: root });

export type Colour = 'blue' | 'green';
export type World = Awaited<ReturnType<typeof startWorld>>;

/** An emulator of the test's own with the stack of a pilot, whose images are these programs; `more` is added to its manifest. */
export async function startWorld(images: Record<string, Program>, more = '') {
  const { emulator, end } = await runningEmulator();
  const client = clientOf(emulator);
  const ports = { balancer: await freePort() };
  const started = await startDataPlane({ emulatorUrl: emulator.url, images, ports, speed: 0.05 });
  if ('problem' in started) throw new Error(started.problem.message);
  const { dataPlane } = started;
  const outputs = await stackOf(new CloudFormationClient(client), more);
  const [ecs, elb] = [new ECSClient(client), new ElasticLoadBalancingV2Client(client)];
  const cluster = outputs.Cluster ?? '';
  const groups: Record<Colour, string> = { blue: outputs.BlueTargets ?? '', green: outputs.GreenTargets ?? '' };
  // As Prepare sets it for each release.
  for (const TargetGroupArn of Object.values(groups))
    await elb.send(
      new ModifyTargetGroupCommand({
        ...{ TargetGroupArn, HealthCheckPath: '/health', HealthCheckIntervalSeconds: 5 },
        ...{ HealthCheckTimeoutSeconds: 2, HealthyThresholdCount: 2, UnhealthyThresholdCount: 3 },
      }),
    );

  /** A task definition by its ARN. */
  async function define(family: string, image: string, more: Partial<Definition> = {}): Promise<string> {
    const { stopTimeout = 30, environment = [] } = more;
    const logs = {
      'awslogs-group': outputs.Logs ?? '',
      'awslogs-region': 'us-east-1',
      'awslogs-stream-prefix': family,
    };
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        ...{
          family,
          networkMode: 'awsvpc',
          requiresCompatibilities: ['FARGATE'],
          cpu: '256',
          memory: '512',
        },
        containerDefinitions: [
          {
            ...{ name: 'app', image, stopTimeout, environment, portMappings: [{ containerPort: 3000 }] },
            logConfiguration: { logDriver: 'awslogs', options: logs },
          },
        ],
      }),
    );
    return taskDefinition?.taskDefinitionArn ?? '';
  }

  /** A service whose tasks run this image; of the colour blue unless it is named green. */
  async function serve(serviceName: string, image: string, desiredCount: number, more: Partial<Definition> = {}) {
    const taskDefinition = await define(serviceName, image, more);
    const colour = serviceName === 'green' ? 'green' : 'blue';
    await ecs.send(
      new CreateServiceCommand({
        ...{ cluster, serviceName, desiredCount, taskDefinition },
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE', base: 1, weight: 1 }],
        ...(more.behindBalancer !== false && {
          loadBalancers: [{ targetGroupArn: groups[colour], containerName: 'app', containerPort: 3000 }],
        }),
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
      }),
    );
  }

  const service = async (name: string): Promise<Service> => {
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
    return services?.[0] ?? {};
  };
  const tasks = async (serviceName: string, desiredStatus: 'RUNNING' | 'STOPPED'): Promise<Task[]> => {
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName, desiredStatus }));
    if (taskArns.length === 0) return [];
    return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? [];
  };
  const health = async (colour: Colour): Promise<TargetHealthDescription[]> => {
    const { TargetHealthDescriptions } = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: groups[colour] }),
    );
    return TargetHealthDescriptions ?? [];
  };
  const completed = (name: string) =>
    until(async () => (await service(name)).deployments?.[0]?.rolloutState === 'COMPLETED');

  const actions = (blue: number) => [
    {
      Type: 'forward' as const,
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: groups.blue, Weight: blue },
          { TargetGroupArn: groups.green, Weight: 100 - blue },
        ],
      },
    },
  ];
  /** The live rule: gives blue so many percent. */
  const makeRule = async (blue: number): Promise<string> => {
    const Conditions = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }];
    const made = { ListenerArn: outputs.Listener, Priority: 10, Conditions, Actions: actions(blue) };
    return (await elb.send(new CreateRuleCommand(made))).Rules?.[0]?.RuleArn ?? '';
  };
  const moveRule = (RuleArn: string, blue: number) =>
    elb.send(new ModifyRuleCommand({ RuleArn, Actions: actions(blue) }));

  return {
    ...{ emulator, client, dataPlane, outputs, cluster, groups, ecs, elb, url: dataPlane.url('acme-shop') },
    ...{ define, serve, service, tasks, health, completed, makeRule, moveRule },
    async end() {
      await dataPlane.stop();
      await end();
    },
  };
}

interface Definition {
  stopTimeout: number;
  environment: { name: string; value: string }[];
  behindBalancer: boolean;
}

async function stackOf(cloudformation: CloudFormationClient, more: string): Promise<Record<string, string>> {
  const template = templateIn(`${SMALL.ecs}${more}`);
  const named = { StackName: NAME, ChangeSetName: 'make' };
  await cloudformation.send(
    new CreateChangeSetCommand({
      ...{ ...named, ChangeSetType: 'CREATE', TemplateBody: JSON.stringify(template) },
      Parameters: [{ ParameterKey: 'Boundary', ParameterValue: 'arn:aws:iam::000000000000:policy/pilots' }].concat(
        'CloudFrontPrefixList' in (template.Parameters ?? {})
          ? [{ ParameterKey: 'CloudFrontPrefixList', ParameterValue: 'pl-0a1b2c3d' }]
          : [],
      ),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    }),
  );
  await until(
    async () => (await cloudformation.send(new DescribeChangeSetCommand(named))).Status === 'CREATE_COMPLETE',
  );
  await cloudformation.send(new ExecuteChangeSetCommand(named));
  const stack = await until(async () => {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: NAME }));
    return Stacks?.[0]?.StackStatus === 'CREATE_COMPLETE' && Stacks[0];
  });
  return Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
}
