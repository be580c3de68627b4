import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { startEmulator } from '../../local/emulator/start.ts';
import { formatProblem } from '../../shared/errors.ts';
import { freePort } from '../../test/support/free-port.ts';
import { type Bus, startBus } from './bus.ts';

/** What stands for AWS. */
export interface Scene {
  emulator: string;
  /** The emulator’s process. */
  pid: number;
  bus: Bus;
  /** Makes an installation of its own, with nothing in it, and sets this process to it. */
  install(name: string): Promise<Record<string, string>>;
}

/** Starts an emulator, lets it be worked with, and leaves nothing of it, however the work ends. */
export async function withScene<Result>(root: string, work: (scene: Scene) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'pilotage-bench-'));
  const clear = () => rmSync(folder, { recursive: true, force: true });
  // A signal ends this process without coming back here.
  process.once('exit', clear);
  const onProgress = (line: string) => console.error(line);
  const started = await startEmulator({ port: await freePort(), root, folder, auth: false, onProgress });
  if ('problem' in started) throw new Error(formatProblem(started.problem));
  const { url, pid, stop } = started.emulator;
  const bus = await startBus(url);
  try {
    return await work({ emulator: url, pid, bus, install: (name) => install(name, url, bus.url) });
  } finally {
    await bus.stop();
    await stop();
    clear();
    process.off('exit', clear);
  }
}

async function install(name: string, emulator: string, bus: string): Promise<Record<string, string>> {
  const env: Record<string, string> = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: emulator,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus,
    ...{ TABLE: name, BUS: name, INSTALLATION: name, MANIFESTS_BUCKET: `${name}-manifests` },
  };
  Object.assign(process.env, env);
  const key = { pk: 'HASH', sk: 'RANGE' } as const;
  await new DynamoDBClient({}).send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: Object.keys(key).map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: Object.entries(key).map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
    }),
  );
  await new EventBridgeClient({}).send(new CreateEventBusCommand({ Name: name }));
  const s3 = new S3Client({});
  const Bucket = `${name}-manifests`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  env.DEPLOY_MACHINE = await makeMachine(`${name}-deploy`);
  process.env.DEPLOY_MACHINE = env.DEPLOY_MACHINE;
  return env;
}

/** Its executions say which deployments were started, and do nothing. */
async function makeMachine(name: string): Promise<string> {
  const { stateMachineArn = '' } = await new SFNClient({}).send(
    new CreateStateMachineCommand({
      name,
      roleArn: 'arn:aws:iam::000000000000:role/deploy',
      definition: JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } }),
    }),
  );
  return stateMachineArn;
}
