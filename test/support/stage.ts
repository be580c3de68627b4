import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import type { Trigger } from '../../shared/events.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { accept, findDeployment } from '../../shared/ledger/deployments.ts';
import { type Settled, settle } from '../../shared/ledger/settling.ts';
import { requestId, uploadId } from '../../shared/names.ts';
import type { StepEvent, StepFailure } from '../../shared/step.ts';
import { createStore, emulatorUrl } from './emulator.ts';
import { type Answer, type Listener, listen } from './listener.ts';

/**
 * What a step finds around it, of one test file: table, buckets and KeyValueStore of its own in the
 * emulator, and a listener in place of the services that it talks back to.
 */
export interface Stage extends Listener {
  manifests: string;
  sites: string;
  s3: S3Client;
  /** Uploads a manifest as a person would, and accepts the deployment that it asks for. */
  upload(pilot: string, manifest: string, artifactVersion?: string, online?: true): Promise<Deployment>;
  /** Accepts a rollback that a person asks for. */
  askRollback(pilot: string, release: string, more?: { force?: boolean; online?: true }): Promise<Deployment>;
  /** Accepts that a person asks for the pilot to go offline, or to come back. */
  askStanding(pilot: string, kind: 'offline' | 'online', page?: string): Promise<Deployment>;
  /** Settles what earlier steps would have, and gives the deployment as it stands then. */
  given(id: string, settled: Settled): Promise<Deployment>;
  /** Runs a step as its state does, and gives its answer; undefined when it parked. */
  run(
    step: StepHandler,
    name: string,
    id: string,
    more?: { failure?: StepFailure; again?: boolean },
  ): Promise<Answer | undefined>;
  now(id: string): Promise<Deployment>;
  /** An empty table and nothing heard, for tests that look at everything there is. */
  fresh(): Promise<void>;
  /** Names of the events told since the last time this was asked. */
  told(): string[];
}

type StepHandler = (event: StepEvent, context: Context) => Promise<unknown>;

export async function setStage(): Promise<Stage> {
  const listener = await listen();
  const name = `test-${randomUUID().slice(0, 8)}`;
  const endpoint = emulatorUrl();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: endpoint.replace('127.0.0.1', 'localhost'),
    AWS_ENDPOINT_URL_SFN: listener.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: listener.url,
    AWS_ENDPOINT_URL_LAMBDA: listener.url,
    TABLE: name,
    ACCOUNT: '000000000000',
    BUS: name,
    MANIFESTS_BUCKET: `${name}-manifests`,
    SITE_BUCKET: `${name}-sites`,
    SITE_URL: 'https://*.pilots.example.com',
    KVS_ARN: await createStore(endpoint, name),
    DEPLOY_MACHINE: 'arn:aws:states:us-east-1:000000000000:stateMachine:deploy',
    REMOVE_MACHINE: 'arn:aws:states:us-east-1:000000000000:stateMachine:remove',
    ROLLBACK_MACHINE: 'arn:aws:states:us-east-1:000000000000:stateMachine:rollback',
    EDGE_MACHINE: 'arn:aws:states:us-east-1:000000000000:stateMachine:edge-sync',
  });
  const s3 = new S3Client({});
  await Promise.all([createTable(name), createBucket(s3, `${name}-manifests`), createBucket(s3, `${name}-sites`)]);

  const now = async (id: string) => {
    const deployment = await findDeployment(id);
    if (!deployment) throw new Error(`${id} was not accepted`);
    return deployment;
  };
  const accepted = async (id: string, pilot: string, at: Date, trigger: Trigger) => {
    await accept({ id, pilot, environment: 'production', trigger, requestedAt: at.toISOString() });
    return now(id);
  };
  /** What each step was run with last: what is parked is run again with it. */
  const parked = new Map<string, StepEvent>();
  let heard = 0;
  const told = () => {
    const names = listener.events.slice(heard).map((event) => event.name);
    heard = listener.events.length;
    return names;
  };

  return {
    ...listener,
    async fresh() {
      process.env.TABLE = `test-${randomUUID().slice(0, 8)}`;
      await createTable(process.env.TABLE);
      for (const list of [listener.answers, listener.events, listener.invoked, listener.started]) list.length = 0;
      for (const known of [listener.executions, listener.failing])
        for (const key of Object.keys(known)) delete known[key];
      heard = 0;
    },
    manifests: `${name}-manifests`,
    sites: `${name}-sites`,
    s3,
    now,
    told,
    async upload(pilot, manifest, artifactVersion, online) {
      const [bucket, key] = [`${name}-manifests`, `pilots/${pilot}/pilot.yaml`];
      const { VersionId: version = '' } = await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: manifest }),
      );
      const at = new Date();
      const id = uploadId(pilot, 'production', { bucket, key, version, at });
      return accepted(id, pilot, at, {
        kind: 'upload',
        bucket,
        key,
        version,
        ...(artifactVersion && { artifactVersion }),
        ...(online && { online }),
      });
    },
    askRollback(pilot, release, more = {}) {
      const request = `${new Date().toISOString()}/${randomUUID()}`;
      return accepted(requestId(pilot, 'production', request), pilot, new Date(), {
        kind: 'rollback',
        release,
        request,
        ...more,
      });
    },
    askStanding(pilot, kind, page) {
      const request = `${new Date().toISOString()}/${randomUUID()}`;
      return accepted(requestId(pilot, 'production', request), pilot, new Date(), {
        kind,
        request,
        requestedBy: 'ada@laptop',
        ...(page !== undefined && { page }),
      });
    },
    async given(id, settled) {
      return settle(id, settled);
    },
    async run(step, stepName, id, { failure, again } = {}) {
      const known = again && parked.get(`${id} ${stepName}`);
      const event = known ? { ...known, again: true } : entry(stepName, id, failure);
      parked.set(`${id} ${stepName}`, event);
      const before = listener.answers.length;
      await step(event, context(stepName));
      return listener.answers.slice(before).find(({ token }) => token === event.token);
    },
  };
}

let entries = 0;

/** What the machine hands to a step: each entry of a state is later than the one before. */
function entry(step: string, deployment: string, failure?: StepFailure): StepEvent {
  const entered = new Date(Date.now() + entries++).toISOString();
  return { token: randomUUID(), step, entered, attempt: 0, input: { deployment, ...(failure && { failure }) } };
}

const context = (name: string) =>
  ({ functionName: `deploy-${name.toLowerCase()}`, getRemainingTimeInMillis: () => 30_000 }) as Context;

async function createBucket(s3: S3Client, bucket: string): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}

async function createTable(name: string): Promise<void> {
  const key = { pk: 'HASH', sk: 'RANGE' } as const;
  await new DynamoDBClient({}).send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: Object.keys(key).map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: Object.entries(key).map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
    }),
  );
}
