import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { done, type Outcome } from '../../../shared/outcome.ts';
import { healthRequest } from '../../../shared/targets/lambda/health-request.ts';
import { lambdaTarget } from '../../../shared/targets/lambda/lambda.ts';
import type { Live, Plan, PlanRequest, Target } from '../../../shared/targets/target.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { leaseUnder } from '../../support/lease.ts';
import { resolvedFrom } from '../../support/manifest.ts';
import { zipOf } from '../../support/zip.ts';

export const MANIFESTS = 'lambda-manifests';

/** What the stack of a pilot of functions tells. */
export const STACK = {
  Role: 'arn:aws:iam::000000000000:role/acme',
  FailedCalls: 'arn:aws:sqs:us-east-1:000000000000:acme-failed-calls',
  Logs: '/pilots/acme/production',
  Uploads: 'acme-uploads',
};

/** Points the SDK at the emulator, as the target of this test file finds it. @param endpoint of what stands before it. */
export function useEmulator(endpoint = emulatorUrl()): void {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: endpoint,
  });
}

/** A client of the tests' own, which nothing stands before. */
export const lambdaOf = () => new LambdaClient(clientOf());
export const s3Of = () => new S3Client({ ...clientOf(), forcePathStyle: true });
const clientOf = () => ({
  endpoint: emulatorUrl(),
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

export async function makeBucket(): Promise<void> {
  const s3 = s3Of();
  await s3.send(new CreateBucketCommand({ Bucket: MANIFESTS }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: MANIFESTS, VersioningConfiguration }));
}

/** A function that answers with this text. */
export const answering = (content: string) =>
  `exports.handler = async () => ({ statusCode: 200, body: ${JSON.stringify(content)} });`;

/** Uploads a zip and gives the request to deploy it. */
export async function requestOf(
  pilot: string,
  zip: Uint8Array | Record<string, string>,
  more: Record<string, unknown> = {},
): Promise<PlanRequest> {
  const body = zip instanceof Uint8Array ? zip : await zipOf(zip);
  const artifact = `function-${createHash('sha256').update(body).digest('hex').slice(0, 8)}.zip`;
  const folder = `pilots/${pilot}`;
  await s3Of().send(new PutObjectCommand({ Bucket: MANIFESTS, Key: `${folder}/${artifact}`, Body: body }));
  const manifest = resolvedFrom({
    apiVersion: 'pilotage/v1',
    name: pilot,
    target: 'lambda',
    source: { artifact },
    ...more,
  });
  return { pilot, environment: 'production', manifest, from: { bucket: MANIFESTS, key: `${folder}/pilot.yaml` } };
}

export async function planned(request: PlanRequest): Promise<Plan> {
  const plan = await lambdaTarget.plan(request);
  if ('outcome' in plan) throw new Error(JSON.stringify(plan.problems));
  return { ...plan, stack: STACK };
}

/** The emulator takes half a second for a change, where AWS takes some. */
const CHANGE_MS = 550;

/** Runs a step again while it parks, as the workflow does. */
export async function settled(run: () => Promise<Outcome>): Promise<Outcome> {
  for (let looks = 0; looks < 20; looks += 1) {
    const outcome = await run();
    if (outcome.outcome !== 'parked') return outcome;
    await pause(CHANGE_MS);
  }
  throw new Error('it parks for ever');
}

/** The target as the workflow uses it: its stack's outputs are in its plan, and what parks is run again. */
export const settling: Target = {
  ...lambdaTarget,
  plan: async (request) => {
    const plan = await lambdaTarget.plan(request);
    return 'outcome' in plan ? plan : { ...plan, stack: STACK };
  },
  prepare: (plan, live, lease) => settled(() => lambdaTarget.prepare(plan, live, lease)),
  prepareOffline: (plan, page, lease) =>
    settled(async () => lambdaTarget.prepareOffline?.(plan, page, lease) ?? done()),
};

/** How far one answer has to be ahead of the others, to be that of most callers. */
const AHEAD = 8;

/** What most callers of a pilot's alias get; null while it is offline. */
export async function served(pilot: string): Promise<string | null> {
  const seen = new Map<string | null, number>();
  for (;;) {
    const answer = await callLive(`${pilot}-production`);
    seen.set(answer, (seen.get(answer) ?? 0) + 1);
    const [first = 0, second = 0] = [...seen.values()].sort((a, b) => b - a);
    if (first - second >= AHEAD) return [...seen].find(([, count]) => count === first)?.[0] ?? null;
  }
}

async function callLive(name: string): Promise<string | null> {
  const event = JSON.stringify(healthRequest(new Date(0)));
  const { Payload } = await lambdaOf().send(
    new InvokeCommand({ FunctionName: name, Qualifier: 'live', Payload: event }),
  );
  const { statusCode, body } = JSON.parse(Buffer.from(Payload ?? []).toString());
  return statusCode === 200 ? body : null;
}

/** Plans, prepares, looks and shifts, as the workflow does. */
export async function deployed(request: PlanRequest, fence: number): Promise<{ plan: Plan; before: Live }> {
  const plan = await planned(request);
  const before = await lambdaTarget.live(plan);
  const lease = leaseUnder(fence);
  expect(await settling.prepare(plan, before, lease)).toMatchObject({ outcome: 'done' });
  expect(await lambdaTarget.look(plan)).toEqual({ state: 'ready' });
  expect(await lambdaTarget.shift(plan, before, 100, lease)).toMatchObject({ outcome: 'done' });
  return { plan, before };
}

/** Asks again and again until there is an answer; fails after ten seconds. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let asked = 0; asked < 200; asked += 1) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(50);
  }
  throw new Error('nothing came within ten seconds');
}
