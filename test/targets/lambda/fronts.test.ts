import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetFunctionConfigurationCommand, GetPolicyCommand } from '@aws-sdk/client-lambda';
import { type DataPlane, startDataPlane } from '../../../local/balancer/data-plane.ts';
import { lambdaTarget } from '../../../shared/targets/lambda/lambda.ts';
import { KEEP_MS } from '../../../shared/targets/lambda/rest.ts';
import type { Live, Plan } from '../../../shared/targets/target.ts';
import { clientOf, runningEmulator, until } from '../../local/emulator/running.ts';
import { viewerOf } from '../../local/tasks/viewer.ts';
import { SMALL } from '../../preview/samples.ts';
import { freePort } from '../../support/free-port.ts';
import { leaseUnder } from '../../support/lease.ts';
import { templateIn } from '../../templates/samples.ts';
import { lambdaOf, makeBucket, requestOf, settled, settling, useEmulator } from './world.ts';

const root = join(__dirname, '../../../examples/lambda');
const CONFIG = { values: { OPENS: 8, CLOSES: 18 } };

let running: Awaited<ReturnType<typeof runningEmulator>>;
let dataPlane: DataPlane;
beforeAll(async () => {
  running = await runningEmulator();
  process.env.PILOTAGE_TEST_EMULATOR = running.emulator.url;
  useEmulator();
  await makeBucket();
  const ports = { balancer: await freePort() };
  const started = await startDataPlane({ emulatorUrl: running.emulator.url, images: {}, ports, speed: 0.05 });
  if ('problem' in started) throw new Error(started.problem.message);
  dataPlane = started.dataPlane;
}, 120_000);
afterAll(async () => {
  await dataPlane.stop();
  await running.end();
});

const client = () => clientOf(running.emulator);

type Outputs = Record<string, string>;

/** Makes the stack of a pilot from its template. @returns its outputs. */
async function stackOf(pilot: string, more: string): Promise<Outputs> {
  const StackName = `${pilot}-production`;
  const cloudformation = new CloudFormationClient(client());
  const template = templateIn(`${SMALL.lambda.replace('acme-shop', pilot)}${more}`);
  await cloudformation.send(
    new CreateStackCommand({
      ...{ StackName, TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_NAMED_IAM'] },
      Parameters: Object.keys(template.Parameters ?? {}).map((ParameterKey) => ({
        ParameterKey,
        ParameterValue: ParameterKey === 'Boundary' ? 'arn:aws:iam::000000000000:policy/pilots' : 'pl-0a1b2c3d',
      })),
    }),
  );
  const made = await until(async () => {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0]?.StackStatus === 'CREATE_COMPLETE' && Stacks[0];
  });
  return Object.fromEntries(
    (made.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
}

const filesIn = (version: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(root, version, 'function')).map((name) => [
      name,
      readFileSync(join(root, version, 'function', name), 'utf8'),
    ]),
  );

interface Made {
  pilot: string;
  stack: Outputs;
  manifest: Record<string, unknown>;
}

/** Plans and prepares a version of the example, and looks at it. */
async function prepared({ pilot, stack, manifest }: Made, version: string, fence: number) {
  const made = await lambdaTarget.plan(await requestOf(pilot, filesIn(version), { config: CONFIG, ...manifest }));
  if ('outcome' in made) throw new Error(JSON.stringify(made.problems));
  const plan: Plan = { ...made, stack };
  const before = await lambdaTarget.live(plan);
  const lease = leaseUnder(fence);
  expect(await settling.prepare(plan, before, lease)).toMatchObject({ outcome: 'done' });
  expect(await lambdaTarget.look(plan)).toEqual({ state: 'ready' });
  return { plan, before, shift: (weight: number) => lambdaTarget.shift(plan, before, weight, lease) };
}

const restOf = ({ plan, before }: { plan: Plan; before: Live }, fence: number) =>
  settled(() => lambdaTarget.rest(plan, before, new Date(Date.now() - KEEP_MS), leaseUnder(fence)));

async function permissions(pilot: string): Promise<Record<string, unknown>[]> {
  const alias = { FunctionName: `${pilot}-production`, Qualifier: 'live' };
  const { Policy } = await lambdaOf()
    .send(new GetPolicyCommand(alias))
    .catch(() => ({ Policy: undefined }));
  return Policy ? JSON.parse(Policy).Statement : [];
}
const calledBy = (service: string, arn?: string) => ({
  Principal: { Service: `${service}.amazonaws.com` },
  Action: 'lambda:InvokeFunction',
  Condition: { ArnLike: { 'AWS:SourceArn': arn } },
});

/** Deploys v1, and then v2 in steps while visitors come. @returns how often each answer came. */
async function swapped(made: Made, url: string): Promise<Record<string, number>> {
  const first = await prepared(made, 'v1', 1);
  const viewer = viewerOf(url);
  const seen = async () => {
    const { status, body } = await viewer.ask('/');
    return `${status} ${/name="release" content="(\w+)"/.exec(body)?.[1] ?? body.trim()}`;
  };
  await until(async () => (await seen()) === '503 This service is offline at the moment.');
  await first.shift(100);
  await until(async () => (await seen()) === '200 v1');

  const second = await prepared(made, 'v2', 2);
  const answers: Record<string, number> = {};
  let going = true;
  const lanes = Array.from({ length: 3 }, async () => {
    while (going) {
      const answer = await seen().catch((error: Error) => error.message);
      answers[answer] = (answers[answer] ?? 0) + 1;
    }
  });
  const came = (answer: string, times: number) => until(async () => (answers[answer] ?? 0) >= times);
  await came('200 v1', 10);
  for (const weight of [10, 50, 100]) expect(await second.shift(weight)).toMatchObject({ facts: { weight } });
  await came('200 v2', 30);
  going = false;
  await Promise.all(lanes);
  expect((await viewer.ask('/nothing')).status).toBe(404);
  expect(JSON.parse((await viewer.ask('/hours.json?day=today')).body)).toMatchObject({ opens: 8 });
  viewer.leave();
  return answers;
}

const BOTH = ['200 v1', '200 v2'];

test('an HTTP API gives every request to the alias, and none fails while that moves', async () => {
  const stack = await stackOf('acme-api', 'lambda: {front: http-api}\n');
  const made = { pilot: 'acme-api', stack, manifest: { lambda: { front: 'http-api' } } };
  expect(Object.keys(await swapped(made, stack.Address ?? '')).sort()).toEqual(BOTH);
  expect(await permissions('acme-api')).toMatchObject([calledBy('apigateway', stack.Api)]);

  // Going back to a release without that front leaves the stack as it is, and so what calls.
  const none = { ...made, manifest: { lambda: { front: 'none' } } };
  const back = await prepared(none, 'v2', 3);
  await back.shift(100);
  expect(await restOf(back, 3)).toMatchObject({ outcome: 'done' });
  expect(await permissions('acme-api')).toHaveLength(1);

  const { Api: _, ...without } = stack;
  const closed = await prepared({ ...none, stack: without }, 'v2', 4);
  expect(await restOf(closed, 4)).toMatchObject({ outcome: 'done', facts: { closed: 1 } });
  expect(await permissions('acme-api')).toEqual([]);
}, 60_000);

test('a load balancer gives every request to the alias, and none fails while that moves', async () => {
  const stack = await stackOf('acme-desk', 'lambda: {front: load-balancer}\n');
  const made = { pilot: 'acme-desk', stack, manifest: { lambda: { front: 'load-balancer' } } };
  const url = dataPlane.url('acme-desk');
  expect(stack.Address).toBe(url);
  const alone = viewerOf(url);
  expect((await alone.ask('/')).status).toBe(503);
  alone.leave();
  expect(Object.keys(await swapped(made, url)).sort()).toEqual(BOTH);
  expect(await permissions('acme-desk')).toMatchObject([calledBy('elasticloadbalancing', stack.FunctionTargets)]);
  const targets = async () => {
    const { TargetHealthDescriptions = [] } = await new ElasticLoadBalancingV2Client(client()).send(
      new DescribeTargetHealthCommand({ TargetGroupArn: stack.FunctionTargets }),
    );
    return TargetHealthDescriptions.map(({ Target }) => Target?.Id);
  };
  expect(await targets()).toEqual([expect.stringMatching(/:function:acme-desk-production:live$/)]);
}, 60_000);

test('a function runs in the network that the stack tells, and leaves it with a release that asks for none', async () => {
  const stack = await stackOf('acme-inside', 'network: {zones: 3}\n');
  const made = { pilot: 'acme-inside', stack, manifest: { network: { zones: 3 } } };
  const placeOf = async (Qualifier: string) => {
    const { VpcConfig } = await lambdaOf().send(
      new GetFunctionConfigurationCommand({ FunctionName: 'acme-inside-production', Qualifier }),
    );
    return { subnets: VpcConfig?.SubnetIds ?? [], groups: VpcConfig?.SecurityGroupIds ?? [] };
  };
  const inside = await prepared(made, 'v1', 1);
  await inside.shift(100);
  const { subnets, groups } = await placeOf('live');
  expect(subnets.toSorted()).toEqual(stack.Subnets?.split(',').toSorted());
  expect(subnets).toHaveLength(3);
  expect(groups).toEqual([stack.FunctionGroup]);

  const outside = await prepared({ ...made, manifest: {} }, 'v2', 2);
  await outside.shift(100);
  expect(await placeOf('live')).toEqual({ subnets: [], groups: [] });
}, 60_000);
