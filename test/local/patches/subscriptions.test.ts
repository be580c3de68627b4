import { readFile } from 'node:fs/promises';
import { CloudFormationClient, CreateStackCommand, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { openTopic } from '../../../local/edge/published.ts';
import { followStack } from '../../../local/stack/follow.ts';
import { TOPIC } from '../../support/announcement.ts';
import { zipOf } from '../../support/zip.ts';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

const Endpoint = 'arn:aws:lambda:us-east-1:000000000000:function:any';

/** With and without the patches: when the first half of a test fails, a newer release needs that one no longer. */
describe.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: ['cfn_foreign_topic', 'sns_foreign_function'] },
])('the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  beforeAll(async () => {
    running = await runningEmulator({ patches });
    await openTopic(running.emulator);
  }, 60_000);
  afterAll(() => running.end());

  const theirs = () =>
    new SNSClient({
      ...clientOf(running.emulator),
      credentials: { accessKeyId: '806199016981', secretAccessKey: 'test' },
    });
  const subscribed = async () =>
    (await theirs().send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }))).Subscriptions ?? [];

  async function makeStack(StackName: string, TopicArn: string) {
    const client = new CloudFormationClient(clientOf(running.emulator));
    const Properties = { TopicArn, Region: 'us-east-1', Protocol: 'lambda', Endpoint };
    const TemplateBody = JSON.stringify({ Resources: { Told: { Type: 'AWS::SNS::Subscription', Properties } } });
    await client.send(new CreateStackCommand({ StackName, TemplateBody }));
    const follow = { stackName: StackName, since: undefined, deadline: Date.now() + 20_000, onProgress: () => {} };
    return followStack(client, follow);
  }

  it('subscribes a stack to another account’s topic, for as long as the stack is there', async () => {
    expect(await makeStack('told', TOPIC)).toEqual({ ended: 'done' });
    expect(await subscribed()).toMatchObject(patched ? [{ Protocol: 'lambda', Endpoint }] : []);
    await new CloudFormationClient(clientOf(running.emulator)).send(new DeleteStackCommand({ StackName: 'told' }));
    expect(await until(async () => (await subscribed()).length === 0)).toBe(true);
  });

  it('delivers to a function of another account what a topic tells', async () => {
    const mine = clientOf(running.emulator);
    const everybody = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [everybody] });
    const { Role } = await new IAMClient(mine).send(
      new CreateRoleCommand({ RoleName: 'listener', AssumeRolePolicyDocument }),
    );
    const { FunctionArn } = await new LambdaClient(mine).send(
      new CreateFunctionCommand({
        ...{ FunctionName: 'listener', Runtime: 'nodejs24.x', Handler: 'index.handler', Timeout: 10 },
        Role: Role?.Arn,
        Code: {
          ZipFile: await zipOf({
            'index.mjs': 'export const handler = async (told) => console.log(told.Records[0].Sns.Message);',
          }),
        },
      }),
    );
    await new SNSClient(mine).send(
      new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'lambda', Endpoint: FunctionArn }),
    );
    await theirs().send(new PublishCommand({ TopicArn: TOPIC, Message: 'a list was published' }));
    const emulated = () => readFile(running.emulator.log, 'utf8');
    const what = patched ? 'SNS fanout → Lambda listener' : 'Lambda function listener not found';
    expect(await until(async () => (await emulated()).includes(what))).toBe(true);
  });

  it('refuses a stack whose topic’s owner lets nobody in', async () => {
    const { TopicArn = '' } = await theirs().send(new CreateTopicCommand({ Name: 'closed' }));
    expect((await makeStack('nosy', TopicArn)).ended).toBe(patched ? 'failed' : 'done');
  });
});
