import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { bringUp, type Environment } from '../../local/environment.ts';
import type { ApiAction, ApiAnswers, ApiRequest } from '../../shared/api.ts';
import { manifestKey, uploadId } from '../../shared/names.ts';
import { freePort } from '../support/free-port.ts';
import { manifestOf } from '../support/manifest.ts';
import { zipOf } from '../support/zip.ts';

const root = join(__dirname, '..', '..');
const PATIENCE_MS = 90_000;

export type View = ApiAnswers['deployment'];

/**
 * Pilotage as it is installed: the packaged stack with its own zips, its roles
 * enforced, in an emulator of the test's own. Tests touch S3, the edge and the
 * api, as people would, and kill and stop what people should not.
 */
export async function install() {
  const folder = await mkdtemp(join(tmpdir(), 'pilotage-e2e-'));
  const ports = { emulator: await freePort(), edge: await freePort(), balancer: await freePort(), git: 0 };
  const environment: Environment = await bringUp(root, ports, (_, work) => work(() => {}), { folder });
  const { emulator, outputs } = environment;
  const aws = { endpoint: emulator.url, region: emulator.region, credentials: emulator.credentials };
  const s3 = new S3Client({ ...aws, forcePathStyle: true });
  const lambda = new LambdaClient(aws);
  const machines = new SFNClient(aws);
  const bucket = outputs.ManifestsBucket ?? '';

  const invoke = async (functionName: string, payload: object) => {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(payload) }),
    );
    if (FunctionError) throw new Error(`${functionName}: ${Payload && Buffer.from(Payload)}`);
    return Payload && JSON.parse(Buffer.from(Payload).toString() || 'null');
  };
  async function ask<Action extends ApiAction>(
    question: Extract<ApiRequest, { action: Action }>,
  ): Promise<ApiAnswers[Action]> {
    const answer = await invoke(outputs.ApiFunction ?? '', question);
    if (!answer.ok) throw new Error(JSON.stringify(answer));
    return answer.answer;
  }
  const put = (key: string, body: Buffer | string, Metadata: Record<string, string> = {}) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, Metadata }));

  return {
    environment,
    put,
    ask,
    invoke,
    deployMachine: outputs.DeployMachine ?? '',

    /** Uploads a manifest, with what is said of it; gives the id of the deployment that it asks for. */
    async upload(pilot: string, manifest: string, metadata?: Record<string, string>): Promise<string> {
      const key = manifestKey(pilot, 'production');
      const { VersionId: version = '' } = await put(key, manifest, metadata);
      const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: version }));
      return uploadId(pilot, 'production', { bucket, key, version, at: head.LastModified ?? new Date() });
    },

    putZip: async (key: string, files: Record<string, string>) => put(key, await zipOf(files)),

    /** Uploads a site's files and manifest. */
    async deploy(pilot: string, files: Record<string, string>, more = ''): Promise<string> {
      await this.putZip(`pilots/${pilot}/site.zip`, files);
      return this.upload(pilot, manifestOf(pilot, more));
    },

    /** Waits until what is known of a deployment is as wanted. */
    async until(id: string, wanted: (view: View) => boolean): Promise<View> {
      return eventually(async () => {
        const view = await ask({ action: 'deployment', id }).catch(() => undefined);
        return view && wanted(view) ? view : undefined;
      }, `${id} did not come so far`);
    },
    ended(id: string): Promise<View> {
      return this.until(id, ({ finishedAt }) => finishedAt !== undefined);
    },

    /** What a viewer gets. */
    view(pilot: string, path = '/'): Promise<{ status: number; body: string }> {
      return new Promise((resolve, reject) => {
        const options = { host: '127.0.0.1', port: ports.edge, path, headers: { host: `${pilot}.localhost` } };
        get(options, (response) => {
          text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
        }).on('error', reject);
      });
    },

    /** Keys below `sites/<pilot>/`. */
    async filesOf(pilot: string): Promise<string[]> {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: outputs.SiteBucket ?? '', Prefix: `sites/${pilot}/` }),
      );
      return Contents.map(({ Key = '' }) => Key);
    },

    async executions(): Promise<string[]> {
      const { executions = [] } = await machines.send(
        new ListExecutionsCommand({ stateMachineArn: outputs.DeployMachine }),
      );
      return executions.map(({ name = '' }) => name);
    },
    stopExecution: (id: string) => machines.send(new StopExecutionCommand({ executionArn: executionArn(outputs, id) })),
    async history(id: string) {
      const command = { executionArn: executionArn(outputs, id), includeExecutionData: true };
      return (await machines.send(new GetExecutionHistoryCommand(command))).events ?? [];
    },

    /** Kills the workers of a function; gives how many there were. */
    kill(functionName: string): number {
      const listed = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
      const mine = listed.filter((line) => line.includes(folder) && line.includes(`-${functionName}-`));
      for (const line of mine) process.kill(Number(line.trim().split(' ')[0]), 'SIGKILL');
      return mine.length;
    },

    async end(): Promise<void> {
      await environment.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Installation = Awaited<ReturnType<typeof install>>;

const executionArn = (outputs: Record<string, string>, id: string): string =>
  `${outputs.DeployMachine?.replace(':stateMachine:', ':execution:')}:${id}`;

/** Asks again and again until there is an answer. */
export async function eventually<T>(ask: () => Promise<T | undefined>, otherwise: string): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
