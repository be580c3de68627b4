import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient, CreateStackCommand, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateAccessPointCommand,
  CreateFileSystemCommand,
  DescribeAccessPointsCommand,
  EFSClient,
} from '@aws-sdk/client-efs';
import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  GetAliasCommand,
  InvokeCommand,
  LambdaClient,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { followStack } from '../../../local/stack/follow.ts';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';
import { REFUSED, roleTemplate, SERVICE_ROLE } from './faults.ts';

type Running = Awaited<ReturnType<typeof runningEmulator>>;

const outcome = (send: Promise<unknown>) =>
  send.then(
    () => 'allowed',
    (error: Error) => error.name,
  );
const tell = async ({ emulator }: Running, path: string, body: object): Promise<number> =>
  (await fetch(`${emulator.url}${path}`, { method: 'POST', body: JSON.stringify(body) })).status;
const runs = (code: string) => ({ images: { 'acme/shop:1': { command: [process.execPath, '-e', code] } } });
const define = (ecs: ECSClient, more: object = {}) =>
  ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'faults',
      containerDefinitions: [{ name: 'app', image: 'acme/shop:1', ...more }],
    }),
  );

/**
 * Each patch of the emulator for server pilots, on the emulator as it is and as it
 * is patched: when the first half of a test fails, a newer release needs that patch no longer.
 */
describe.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: undefined },
])('the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Running;
  let root: ReturnType<typeof clientOf>;
  let role: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  let elb: ElasticLoadBalancingV2Client;
  let ecs: ECSClient;
  let listener: string | undefined;
  const groups: string[] = [];

  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
    root = clientOf(running.emulator);
    elb = new ElasticLoadBalancingV2Client(root);
    ecs = new ECSClient(root);
    expect(await made('role', roleTemplate)).toEqual({ ended: 'done' });
    const { Payload } = await new LambdaClient(root).send(new InvokeCommand({ FunctionName: 'faults-who' }));
    role = JSON.parse(Buffer.from(Payload ?? []).toString());
    const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: 'faults', Subnets: ['subnet-1'] }));
    const { Listeners } = await elb.send(
      new CreateListenerCommand({
        ...{ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn, Port: 80, Protocol: 'HTTP' },
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
      }),
    );
    listener = Listeners?.[0]?.ListenerArn;
    for (const Name of ['one', 'two']) {
      const { TargetGroups } = await elb.send(new CreateTargetGroupCommand({ Name, TargetType: 'ip', Port: 80 }));
      groups.push(TargetGroups?.[0]?.TargetGroupArn ?? '');
    }
  }, 60_000);
  afterAll(() => running.end());

  async function made(StackName: string, template: object): Promise<unknown> {
    const client = new CloudFormationClient(root);
    const stack = { StackName, TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_IAM' as const] };
    const refused = await outcome(client.send(new CreateStackCommand(stack)));
    if (refused !== 'allowed') return refused;
    const follow = { stackName: StackName, since: undefined, deadline: Date.now() + 20_000, onProgress: () => {} };
    const ended = await followStack(client, follow);
    return ended.ended === 'done' ? ended : 'failed';
  }
  const rule = (Priority: number, Weight: number) =>
    new CreateRuleCommand({
      ...{ ListenerArn: listener, Priority, Conditions: [{ Field: 'path-pattern', Values: ['/*'] }] },
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: groups.map((TargetGroupArn, index) => ({
              TargetGroupArn,
              Weight: index ? 100 - Weight : Weight,
            })),
            TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
          },
        },
      ],
    });

  test.each(Object.entries(REFUSED))(
    '%s: a stack may have it, and lose it',
    async (name, { type, properties, needs }) => {
      const template = { Resources: { ...needs, It: { Type: type, Properties: properties } } };
      const StackName = name.replaceAll('_', '-');
      const result = await made(StackName, template);
      if (patched) expect(result).toEqual({ ended: 'done' });
      else expect(['ValidationError', 'failed']).toContain(result);
      expect(await outcome(new CloudFormationClient(root).send(new DeleteStackCommand({ StackName })))).toBe('allowed');
    },
  );

  test('access_point_resource: a role that names file systems looks at and makes access points, by tags', async () => {
    const efs = new EFSClient({ ...root, credentials: role });
    const make = async (tagged: boolean, tags: { Key: string; Value: string }[]) => {
      const Tags = tagged ? [{ Key: 'faults', Value: 'yes' }] : [];
      const { FileSystemId } = await new EFSClient(root).send(
        new CreateFileSystemCommand({ CreationToken: `${tagged}-${tags.length}`, Tags }),
      );
      return outcome(efs.send(new CreateAccessPointCommand({ ClientToken: 'once', FileSystemId, Tags: tags })));
    };
    const allowed = patched ? 'allowed' : 'AccessDeniedException';
    const made = [{ Key: 'made', Value: 'yes' }];
    expect(await make(true, made)).toBe(allowed);
    expect(await make(true, [])).toBe('AccessDeniedException');
    expect(await make(false, made)).toBe('AccessDeniedException');
    expect(await outcome(efs.send(new DescribeAccessPointsCommand({ FileSystemId: 'fs-1' })))).toBe(allowed);
  });

  test('elb_forward_weights: a rule keeps its weights', async () => {
    await elb.send(rule(1, 90));
    const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: listener }));
    const [action] = Rules?.find(({ Priority }) => Priority === '1')?.Actions ?? [];
    const kept = {
      TargetGroups: [
        { TargetGroupArn: groups[0], Weight: 90 },
        { TargetGroupArn: groups[1], Weight: 10 },
      ],
      TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
    };
    expect(action?.ForwardConfig).toEqual(patched ? kept : undefined);
  });

  test('elb_rule_priority: a priority is given once', async () => {
    await elb.send(rule(2, 50));
    expect(await outcome(elb.send(rule(2, 50)))).toBe(patched ? 'PriorityInUseException' : 'allowed');
  });

  test('elb_resource: a role that names its rule may move it', async () => {
    const { Rules } = await elb.send(rule(3, 50));
    const client = new ElasticLoadBalancingV2Client({ ...root, credentials: role });
    const { Actions } = rule(3, 60).input;
    const move = client.send(new ModifyRuleCommand({ RuleArn: Rules?.[0]?.RuleArn, Actions }));
    expect(await outcome(move)).toBe(patched ? 'allowed' : 'AccessDenied');
  });

  test('elb_resource: a role may change the target groups that have a tag', async () => {
    const [tagged = '', other] = groups;
    await elb.send(new AddTagsCommand({ ResourceArns: [tagged], Tags: [{ Key: 'faults', Value: 'yes' }] }));
    const client = new ElasticLoadBalancingV2Client({ ...root, credentials: role });
    const change = (TargetGroupArn: string | undefined) =>
      outcome(client.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/well' })));
    expect(await change(tagged)).toBe(patched ? 'allowed' : 'AccessDenied');
    expect(await change(other)).toBe('AccessDenied');
  });

  test('elb_fixed_page: a page of HTML comes back as it was given', async () => {
    const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: 'page', Subnets: ['subnet-1'] }));
    const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
    const FixedResponseConfig = { StatusCode: '503', ContentType: 'text/html', MessageBody: '<p>a & b</p>' };
    const DefaultActions = [{ Type: 'fixed-response' as const, FixedResponseConfig }];
    await outcome(elb.send(new CreateListenerCommand({ LoadBalancerArn, Port: 80, Protocol: 'HTTP', DefaultActions })));
    const read = elb.send(new DescribeListenersCommand({ LoadBalancerArn })).then(
      ({ Listeners }) => Listeners?.[0]?.DefaultActions?.[0]?.FixedResponseConfig?.MessageBody,
      () => 'not readable',
    );
    if (patched) expect(await read).toBe('<p>a & b</p>');
    else expect(await read).not.toBe('<p>a & b</p>');
  });

  test('elb_targets: a target is an address with a port', async () => {
    const TargetGroupArn = groups[0];
    const Targets = [3001, 3002].map((Port) => ({ Id: '127.0.0.1', Port }));
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
    const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    expect(TargetHealthDescriptions.map(({ Target }) => Target?.Port)).toEqual(patched ? [3001, 3002] : [3001]);
  });

  test('ecs_scalable_targets: services can be scaled', async () => {
    const client = new ApplicationAutoScalingClient({ ...root, maxAttempts: 1 });
    const target = {
      ...{ ServiceNamespace: 'ecs' as const, ResourceId: 'service/faults/web' },
      ScalableDimension: 'ecs:service:DesiredCount' as const,
    };
    const register = client.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 2, MaxCapacity: 6 }));
    const registered = await outcome(register);
    if (!patched) return expect(registered).not.toBe('allowed');
    expect(registered).toBe('allowed');
    const { ScalableTargets } = await client.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [target.ResourceId] }),
    );
    expect(ScalableTargets).toMatchObject([{ ...target, MinCapacity: 2, MaxCapacity: 6 }]);
    await client.send(
      new PutScalingPolicyCommand({ ...target, PolicyName: 'load', PolicyType: 'TargetTrackingScaling' }),
    );
    await client.send(
      new PutScheduledActionCommand({ ...target, ScheduledActionName: 'night', Schedule: 'cron(0 22 * * ? *)' }),
    );
    const { ScalingPolicies } = await client.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }));
    expect(ScalingPolicies).toMatchObject([{ PolicyName: 'load', PolicyType: 'TargetTrackingScaling' }]);
  });

  test('ecs_resource: a role that names its service, and its cluster, may update it', async () => {
    await ecs.send(new CreateClusterCommand({ clusterName: 'faults' }));
    await define(ecs);
    const service = { cluster: 'faults', desiredCount: 0, taskDefinition: 'faults' };
    for (const serviceName of ['web', 'other']) await ecs.send(new CreateServiceCommand({ ...service, serviceName }));
    const client = new ECSClient({ ...root, credentials: role });
    const update = (name: string) =>
      outcome(client.send(new UpdateServiceCommand({ cluster: 'faults', service: name, desiredCount: 0 })));
    expect(await update('web')).toBe(patched ? 'allowed' : 'AccessDeniedException');
    expect(await update('other')).toBe('AccessDeniedException');
  });

  test('lambda_actions: a role that may read and move an alias, may', async () => {
    const lambda = new LambdaClient(root);
    await lambda.send(new CreateAliasCommand({ FunctionName: 'faults-who', Name: 'live', FunctionVersion: '$LATEST' }));
    const client = new LambdaClient({ ...root, credentials: role });
    const alias = { FunctionName: 'faults-who', Name: 'live' };
    const expected = patched ? 'allowed' : 'AccessDeniedException';
    expect(await outcome(client.send(new GetAliasCommand(alias)))).toBe(expected);
    expect(await outcome(client.send(new UpdateAliasCommand({ ...alias, Description: 'moved' })))).toBe(expected);
    const another = { FunctionName: 'faults-who', Name: 'another', FunctionVersion: '$LATEST' };
    expect(await outcome(client.send(new CreateAliasCommand(another)))).toBe('AccessDeniedException');
  });

  test('lambda_local_url: the address of a function leads to it', async () => {
    const { FunctionUrl = '' } = await new LambdaClient(root).send(
      new CreateFunctionUrlConfigCommand({ FunctionName: 'faults-who', AuthType: 'NONE' }),
    );
    expect(new URL(FunctionUrl).host).toMatch(patched ? /\.localhost:\d+$/ : /\.on\.aws$/);
  });

  test('ecs_scaling_condition: a role that may scale services, may', async () => {
    const client = new ApplicationAutoScalingClient({ ...root, credentials: role, maxAttempts: 1 });
    const register = client.send(
      new RegisterScalableTargetCommand({
        ...{ ServiceNamespace: 'ecs', ResourceId: 'service/faults/web', MinCapacity: 1, MaxCapacity: 2 },
        ScalableDimension: 'ecs:service:DesiredCount',
      }),
    );
    expect((await outcome(register)) === 'allowed').toBe(patched);
  });

  test('change_set_name_condition: a role that may do it under one service role, may under that alone', async () => {
    const client = new CloudFormationClient({ ...root, credentials: role });
    const remove = (RoleARN: string) =>
      outcome(client.send(new DeleteStackCommand({ StackName: 'not-there', RoleARN })));
    expect(await remove(SERVICE_ROLE)).toBe(patched ? 'allowed' : 'AccessDenied');
    expect(await remove(`${SERVICE_ROLE}-other`)).toBe('AccessDenied');
  });

  test('ecs_service_names: a service is made once, and whoever asks again learns which error that is', async () => {
    const service = { cluster: 'faults', serviceName: 'once', desiredCount: 0, taskDefinition: 'faults' };
    const create = (clientToken: string) => outcome(ecs.send(new CreateServiceCommand({ ...service, clientToken })));
    expect(await create('token-1')).toBe('allowed');
    expect(await create('token-1')).toBe(patched ? 'allowed' : 'ClientException');
    expect(await create('token-2')).toBe(patched ? 'InvalidParameterException' : 'ClientException');
  });

  /** What the bus told the function that writes it down. */
  const told = async (text: string) => {
    const lines = await readFile(join(running.folder, 'tmp/told'), 'utf8').catch(() => '');
    return lines.split('\n').find((line) => line.includes(text));
  };

  test('alarm_events: the bus hears that an alarm has gone off', async () => {
    const cloudwatch = new CloudWatchClient(root);
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: 'told', Namespace: 'faults', MetricName: 'calls', Statistic: 'Sum', Period: 60 },
        ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
      }),
    );
    const alarm = { AlarmName: 'told', StateValue: 'ALARM', StateReason: 'for a test' } as const;
    await cloudwatch.send(new SetAlarmStateCommand(alarm));
    const Entries = [{ Source: 'faults', DetailType: 'After the alarm', Detail: '{}' }];
    await new EventBridgeClient(root).send(new PutEventsCommand({ Entries }));
    await until(() => told('After the alarm'));
    if (!patched) return expect(await told('aws.cloudwatch')).toBeUndefined();
    expect(JSON.parse(await until(() => told('alarm:told')))).toMatchObject({
      'detail-type': 'CloudWatch Alarm State Change',
      resources: ['arn:aws:cloudwatch:us-east-1:000000000000:alarm:told'],
      detail: { alarmName: 'told', state: { value: 'ALARM', reason: 'for a test' } },
    });
  });

  test('ecs_deployment_events: the bus hears that a deployment has ended', async () => {
    const service = { cluster: 'faults', serviceName: 'told', desiredCount: 0, taskDefinition: 'faults' };
    await ecs.send(new CreateServiceCommand(service));
    await ecs.send(new UpdateServiceCommand({ cluster: 'faults', service: 'told', forceNewDeployment: true }));
    const Entries = [{ Source: 'faults', DetailType: 'After it', Detail: '{}' }];
    await new EventBridgeClient(root).send(new PutEventsCommand({ Entries }));
    await until(() => told('After it'));
    if (!patched) return expect(await told('aws.ecs')).toBeUndefined();
    const event = JSON.parse(await until(() => told('service/faults/told')));
    expect(event).toMatchObject({
      'detail-type': 'ECS Deployment State Change',
      resources: ['arn:aws:ecs:us-east-1:000000000000:service/faults/told'],
      detail: { eventType: 'INFO', eventName: 'SERVICE_DEPLOYMENT_COMPLETED', reason: 'ECS deployment completed.' },
    });
  });

  test('elb_local_name: the name of a load balancer leads to the one of this machine, once that is there', async () => {
    await tell(running, '/_pilotage/balancer', { port: 8081, speed: 1 });
    const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: 'named', Subnets: ['subnet-1'] }));
    expect(LoadBalancers?.[0]?.DNSName).toMatch(patched ? /^named\.localhost:8081$/ : /\.elb\.amazonaws\.com$/);
  });

  test('ecs_processes: a task runs, and ends as its program does', async () => {
    const told = await tell(running, '/_pilotage/images', runs('process.exitCode = 3'));
    expect(told === 204).toBe(patched);
    await define(ecs);
    const { tasks } = await ecs.send(new RunTaskCommand({ cluster: 'faults', taskDefinition: 'faults' }));
    const task = async () =>
      (await ecs.send(new DescribeTasksCommand({ cluster: 'faults', tasks: [tasks?.[0]?.taskArn ?? ''] }))).tasks?.[0];
    if (patched) {
      const ended = await until(async () => (await task())?.lastStatus === 'STOPPED' && task());
      expect(ended?.containers?.[0]?.exitCode).toBe(3);
    } else expect((await task())?.lastStatus).toBe('RUNNING');
  });
});

describe.each([
  { patched: false, patches: ['ecs_processes'] },
  { patched: true, patches: undefined },
])('tasks that are processes, patched further: $patched', ({ patched, patches }) => {
  let running: Running;
  let ecs: ECSClient;
  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
    ecs = new ECSClient(clientOf(running.emulator));
    await ecs.send(new CreateClusterCommand({ clusterName: 'faults' }));
    await tell(
      running,
      '/_pilotage/images',
      runs("process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000)"),
    );
    await define(ecs);
  }, 60_000);
  afterAll(() => running.end());

  test('ecs_rollout: the first deployment of a service is in progress at first', async () => {
    const { service } = await ecs.send(
      new CreateServiceCommand({ cluster: 'faults', serviceName: 'web', desiredCount: 1, taskDefinition: 'faults' }),
    );
    expect(service?.deployments?.[0]?.rolloutState).toBe(patched ? 'IN_PROGRESS' : 'COMPLETED');
  });

  test('ecs_stopping: a task that is stopped tells how its program ended', async () => {
    const cluster = 'faults';
    const { tasks } = await ecs.send(new RunTaskCommand({ cluster, taskDefinition: 'faults' }));
    const taskArn = tasks?.[0]?.taskArn ?? '';
    const task = async () => (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }))).tasks?.[0];
    await until(async () => (await task())?.lastStatus === 'RUNNING');
    const { task: stopping } = await ecs.send(new StopTaskCommand({ cluster, task: taskArn }));
    expect(stopping).toMatchObject({ desiredStatus: 'STOPPED', lastStatus: patched ? 'DEACTIVATING' : 'STOPPED' });
    const ended = await until(async () => (await task())?.lastStatus === 'STOPPED' && task());
    // TERM may come before the program has said what it does then.
    expect(patched ? [7, 143] : [0]).toContain(ended?.containers?.[0]?.exitCode);
  });
});
