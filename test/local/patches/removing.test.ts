import { CloudFormationClient, CreateStackCommand, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionFamiliesCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { clientOf, runningEmulator } from '../emulator/running.ts';

const TAG = { Key: 'faults', Value: 'goes' };
const TEMPLATE = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });

/** With and without the patch: when the first half of a test fails, a newer release needs it no longer. */
describe.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: ['ecs_families', 'ecs_resource', 'resource_tags', 'rule_resource'] },
])('the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  beforeAll(async () => {
    running = await runningEmulator({ patches });
  }, 60_000);
  afterAll(() => running.end());

  const denied = expect.stringContaining('AccessDenied');
  const said = (asked: Promise<unknown>) =>
    asked.then(
      () => 'done',
      (error: Error) => error.name,
    );

  /** Somebody who may do this, to what is said, and nothing else. */
  async function somebody(name: string, Action: string, more: object) {
    const client = clientOf(running.emulator);
    const iam = new IAMClient(client);
    await iam.send(new CreateUserCommand({ UserName: name }));
    const Statement = [{ Effect: 'Allow', Action, Resource: '*', ...more }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'may', PolicyDocument }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    const credentials = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
    return { ...client, credentials, maxAttempts: 1 };
  }
  const tagged = { Condition: { StringLike: { 'aws:ResourceTag/faults': 'go*' } } };
  const both = ['goes', 'stays'] as const;

  it('resource_tags: stacks go by their tags', async () => {
    const cloudformation = new CloudFormationClient(clientOf(running.emulator));
    for (const StackName of both)
      await cloudformation.send(
        new CreateStackCommand({ StackName, TemplateBody: TEMPLATE, ...(StackName === 'goes' && { Tags: [TAG] }) }),
      );
    const remover = new CloudFormationClient(await somebody('stacks', 'cloudformation:DeleteStack', tagged));
    const remove = (StackName: string) => said(remover.send(new DeleteStackCommand({ StackName })));
    expect([await remove('goes'), await remove('stays')]).toEqual([patched ? 'done' : denied, denied]);
  });

  it('resource_tags and ecs_resource: services go by their tags, task definitions by their names', async () => {
    const ecs = new ECSClient(clientOf(running.emulator));
    await ecs.send(new CreateClusterCommand({ clusterName: 'faults' }));
    const containerDefinitions = [{ name: 'app', image: 'any' }];
    for (const family of both) await ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions }));
    for (const serviceName of both)
      await ecs.send(
        new CreateServiceCommand({
          ...{ cluster: 'faults', serviceName, taskDefinition: serviceName, desiredCount: 0 },
          ...(serviceName === 'goes' && { tags: [{ key: TAG.Key, value: TAG.Value }] }),
        }),
      );
    const remover = new ECSClient(await somebody('services', 'ecs:DeleteService', tagged));
    const remove = (service: string) => said(remover.send(new DeleteServiceCommand({ cluster: 'faults', service })));
    expect([await remove('goes'), await remove('stays')]).toEqual([patched ? 'done' : denied, denied]);

    const Resource = 'arn:aws:ecs:us-east-1:000000000000:task-definition/goes:*';
    const forgetter = new ECSClient(await somebody('definitions', 'ecs:DeleteTaskDefinitions', { Resource }));
    const forget = (family: string) =>
      said(
        forgetter.send(
          new DeleteTaskDefinitionsCommand({
            taskDefinitions: [`arn:aws:ecs:us-east-1:000000000000:task-definition/${family}:1`],
          }),
        ),
      );
    expect([await forget('goes'), await forget('stays')]).toEqual([patched ? 'done' : denied, denied]);
  });

  it('ecs_families: all are told, whatever became of their definitions', async () => {
    const ecs = new ECSClient(clientOf(running.emulator));
    const containerDefinitions = [{ name: 'app', image: 'any' }];
    for (const family of ['told-old', 'told-new'])
      await ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions }));
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'told-old:1' }));
    const { families } = await ecs.send(
      new ListTaskDefinitionFamiliesCommand({ familyPrefix: 'told-', status: 'ALL' }),
    );
    expect(families).toEqual(patched ? ['told-new', 'told-old'] : []);
  });

  it('rule_resource: targets of a rule go by its name', async () => {
    const events = new EventBridgeClient(clientOf(running.emulator));
    const EventPattern = JSON.stringify({ source: ['any'] });
    for (const Name of both) {
      await events.send(new PutRuleCommand({ Name, EventPattern }));
      await events.send(
        new PutTargetsCommand({
          Rule: Name,
          Targets: [{ Id: 'one', Arn: 'arn:aws:lambda:us-east-1:000000000000:function:any' }],
        }),
      );
    }
    const Resource = 'arn:aws:events:us-east-1:000000000000:rule/go*';
    const remover = new EventBridgeClient(await somebody('rules', 'events:RemoveTargets', { Resource }));
    const remove = (Rule: string) => said(remover.send(new RemoveTargetsCommand({ Rule, Ids: ['one'] })));
    expect([await remove('goes'), await remove('stays')]).toEqual([patched ? 'done' : denied, denied]);
  });
});
