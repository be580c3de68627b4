import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand, DescribeChangeSetCommand } from '@aws-sdk/client-cloudformation';
import { CloudFrontKeyValueStoreClient, DescribeKeyValueStoreCommand } from '@aws-sdk/client-cloudfront-keyvaluestore';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import '@aws-sdk/signature-v4a';
import { followStack } from '../../../local/stack/follow.ts';
import { faultsTemplate } from './faults.ts';
import { clientOf, runningEmulator, until } from './running.ts';

/**
 * Each patch of the emulator, on the emulator as it is and as it is patched: when
 * the first half of a test fails, a newer release needs that patch no longer.
 */
describe.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: undefined },
])('the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  let root: ReturnType<typeof clientOf>;
  let role: { accessKeyId: string; secretAccessKey: string; sessionToken: string };

  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
    root = clientOf(running.emulator);
    await makeStack();
    const { Payload } = await new LambdaClient(root).send(new InvokeCommand({ FunctionName: 'faults-who' }));
    role = JSON.parse(Buffer.from(Payload ?? []).toString());
  }, 180_000);
  afterAll(() => running.end());

  async function makeStack() {
    const client = new CloudFormationClient(root);
    const StackName = 'faults';
    await client.send(
      new CreateStackCommand({
        StackName,
        TemplateBody: JSON.stringify(faultsTemplate),
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
    const follow = { stackName: StackName, since: undefined, deadline: Date.now() + 20_000, onProgress: () => {} };
    expect(await followStack(client, follow)).toEqual({ ended: 'done' });
  }

  /** The lines that the function wrote under this name so far. */
  async function notes(name: string): Promise<Record<string, unknown>[]> {
    const text = await readFile(join(running.folder, 'tmp', name), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
  const tokenOf = (name: string, attempt: number) =>
    until(async () => (await notes(name))[attempt]?.token as string | undefined);
  const start = (machine: string, input: object) =>
    new SFNClient(root).send(
      new StartExecutionCommand({
        stateMachineArn: `arn:aws:states:us-east-1:000000000000:stateMachine:${machine}`,
        input: JSON.stringify(input),
      }),
    );
  const outcome = (send: Promise<unknown>) =>
    send.then(
      () => 'allowed',
      (error: Error) => error.name,
    );

  test('functions have the credentials of their role', () => {
    expect(role.accessKeyId).toMatch(/^ASIA/);
  });

  test('loopback_is_secure: a bucket that denies what is not TLS takes calls over loopback', async () => {
    const put = new S3Client({ ...root, credentials: role }).send(
      new PutObjectCommand({ Bucket: 'faults', Key: 'by-role', Body: 'x' }),
    );
    expect(await outcome(put)).toBe(patched ? 'allowed' : 'AccessDenied');
  });

  test('key_value_store_resource: a role that names its store may read it', async () => {
    const client = new CloudFrontKeyValueStoreClient({
      ...root,
      credentials: role,
      endpoint: root.endpoint.replace('127.0.0.1', 'localhost'),
      requestHandler: {
        httpAgent: new Agent({ lookup: (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]) }),
      },
    });
    const KvsARN = 'arn:aws:cloudfront::000000000000:key-value-store/faults';
    const describe = client.send(new DescribeKeyValueStoreCommand({ KvsARN }));
    expect(await outcome(describe)).toBe(patched ? 'allowed' : 'AccessDeniedException');
  });

  test('change_set_name_condition: a role that may read change sets of certain names reads those, and no others', async () => {
    const client = new CloudFormationClient({ ...root, credentials: role });
    const read = (ChangeSetName: string) =>
      outcome(client.send(new DescribeChangeSetCommand({ StackName: 'faults', ChangeSetName })));
    expect(await read('plan-1')).toBe(patched ? 'ChangeSetNotFoundException' : 'AccessDenied');
    expect(await read('other')).toBe('AccessDenied');
  });

  test('task_token_resource: a role that names its machine may answer its tokens', async () => {
    await start('faults-park', { note: 'resource' });
    const taskToken = await tokenOf('resource', 0);
    const answer = new SFNClient({ ...root, credentials: role }).send(
      new SendTaskSuccessCommand({ taskToken, output: '{}' }),
    );
    expect(await outcome(answer)).toBe(patched ? 'allowed' : 'AccessDeniedException');
  });

  test('task_token_per_attempt: a second attempt has another token', async () => {
    const sfn = new SFNClient(root);
    await start('faults-park', { note: 'attempts' });
    const first = await tokenOf('attempts', 0);
    await sfn.send(new SendTaskFailureCommand({ taskToken: first, error: 'Again' }));
    const second = await tokenOf('attempts', 1);
    expect(second === first).toBe(!patched);
    await sfn.send(new SendTaskSuccessCommand({ taskToken: second, output: '{}' }));
  });

  test('task_failure: a function that fails fails its task', async () => {
    const { executionArn } = await start('faults-fail', { note: 'fails', fails: true });
    const ended = await until(async () => {
      const now = await new SFNClient(root).send(new DescribeExecutionCommand({ executionArn }));
      return now.status !== 'RUNNING' && now;
    });
    expect(ended.error).toBe(patched ? 'Runtime.HandlerError' : 'States.Timeout');
  });

  test('s3_event_version: the event of an upload names the version', async () => {
    const { VersionId } = await new S3Client(root).send(
      new PutObjectCommand({ Bucket: 'faults', Key: 'by-root', Body: 'x' }),
    );
    const event = await until(async () =>
      (await notes('uploaded')).find((note) => JSON.stringify(note).includes('by-root')),
    );
    const { detail } = event as { detail: { object: Record<string, unknown> } };
    expect(detail.object['version-id']).toBe(patched ? VersionId : undefined);
  });

  test('s3_version_range: a range of a version is that range', async () => {
    const s3 = new S3Client(root);
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: 'faults', Key: 'range', Body: '0123456789' }));
    const read = await s3.send(new GetObjectCommand({ Bucket: 'faults', Key: 'range', VersionId, Range: 'bytes=3-5' }));
    expect(await read.Body?.transformToString()).toBe(patched ? '345' : '0123456789');
    expect(read.ContentRange).toBe(patched ? 'bytes 3-5/10' : undefined);
  });

  test('logs_from_the_end: the latest lines come first, page by page, where they are asked for', async () => {
    const logs = new CloudWatchLogsClient(root);
    const logGroupName = 'faults';
    const began = Date.now();
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    for (const [logStreamName, seconds] of [['odd', [1, 3]] as const, ['even', [2, 4]] as const]) {
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
      const logEvents = seconds.map((second) => ({ timestamp: began + second, message: `${second}` }));
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    }
    const asked = { logGroupName, startFromHead: false, limit: 3 };
    const page = async (nextToken?: string) => {
      const { events = [], ...more } = await logs.send(new FilterLogEventsCommand({ ...asked, nextToken }));
      return { texts: events.map(({ message }) => message), next: more.nextToken };
    };
    const first = await page();
    expect(first.texts).toEqual(patched ? ['4', '3', '2'] : ['1', '2', '3']);
    expect(first.next === undefined).toBe(!patched);
    if (patched) expect(await page(first.next)).toEqual({ texts: ['1'], next: undefined });
  });

  test('rule_retries: what a rule invokes is tried three times, like all that is invoked asynchronously', async () => {
    const detail = (note: string) => ({ note, fails: true });
    const Detail = JSON.stringify(detail('by-rule'));
    await new EventBridgeClient(root).send(
      new PutEventsCommand({ Entries: [{ Source: 'faults', DetailType: 'Told', Detail }] }),
    );
    await until(async () => (await notes('by-rule')).length > 0);
    const Payload = JSON.stringify(detail('directly'));
    await new LambdaClient(root).send(
      new InvokeCommand({ FunctionName: 'faults-note', InvocationType: 'Event', Payload }),
    );
    await until(async () => (await notes('directly')).length === 3);
    // Its retries began earlier, and each takes its own time: on a busy machine the last may come after.
    if (patched) await until(async () => (await notes('by-rule')).length === 3);
    else expect((await notes('by-rule')).length).toBe(1);
  });
});
