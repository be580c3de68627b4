import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  GetFunctionConcurrencyCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  GetProvisionedConcurrencyConfigCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { lambdaTarget } from '../../../shared/targets/lambda/lambda.ts';
import { KEEP_MS } from '../../../shared/targets/lambda/rest.ts';
import type { Live, Plan } from '../../../shared/targets/target.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { leaseUnder } from '../../support/lease.ts';
import { type Between, standBetween } from './between.ts';
import {
  answering,
  deployed,
  lambdaOf,
  makeBucket,
  planned,
  requestOf,
  STACK,
  settled,
  until,
  useEmulator,
} from './world.ts';

let between: Between;
beforeAll(async () => {
  between = await standBetween();
  useEmulator(between.url);
  await makeBucket();
});
afterEach(() => {
  between.trouble = () => undefined;
});
afterAll(() => between.close());

const lambda = lambdaOf();
const Qualifier = 'live';
const absent = (error: Error) => error.name;

/** Brings a release of this manifest to where it has all traffic. */
const release = async (pilot: string, manifest: Record<string, unknown>, fence: number) =>
  deployed(await requestOf(pilot, { 'index.js': answering(`release ${fence}`) }, manifest), fence);
const restSince = ({ plan, before }: { plan: Plan; before: Live }, milliseconds: number, fence = 2) =>
  lambdaTarget.rest(plan, before, new Date(Date.now() - milliseconds), leaseUnder(fence));

async function statementsOf(FunctionName: string): Promise<Record<string, unknown>[]> {
  const { Policy = '' } = await lambda.send(new GetPolicyCommand({ FunctionName, Qualifier }));
  return JSON.parse(Policy).Statement;
}
const urlOf = (FunctionName: string) =>
  lambda.send(new GetFunctionUrlConfigCommand({ FunctionName, Qualifier })).then(({ AuthType }) => AuthType, absent);

describe('a function at an address of its own', () => {
  it('is there for everybody, and its plan tells the address from the second release on', async () => {
    const { plan } = await release('public', {}, 1);
    expect(plan.url).toBe('');
    expect(await urlOf('public-production')).toBe('NONE');
    const [way, call] = await statementsOf('public-production');
    expect(way).toMatchObject({ Action: 'lambda:InvokeFunctionUrl', Principal: '*' });
    expect(way?.Condition).toEqual({ StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } });
    expect(call).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: '*' });
    expect(call?.Condition).toEqual({ Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } });

    const next = await planned(await requestOf('public', { 'index.js': answering('next') }));
    expect(next.url).toMatch(/^https?:\/\/.*\.lambda-url\./);
  });

  it('is open again where somebody had it ask for signatures', async () => {
    await release('shut', {}, 1);
    await lambda.send(
      new UpdateFunctionUrlConfigCommand({ FunctionName: 'shut-production', Qualifier, AuthType: 'AWS_IAM' }),
    );
    await release('shut', {}, 2);
    expect(await urlOf('shut-production')).toBe('NONE');
  });

  it('keeps its address for a while after a release without one, and then has none', async () => {
    await release('closing', {}, 1);
    const closed = await release('closing', { lambda: { front: 'none' } }, 2);
    expect(await restSince(closed, 0)).toMatchObject({
      outcome: 'parked',
      awaits: 'the last calls of the old version to end',
    });
    expect(await urlOf('closing-production')).toBe('NONE');
    expect(await restSince(closed, KEEP_MS, 1)).toMatchObject({ outcome: 'done' });
    expect(await urlOf('closing-production')).toBe('NONE');
    expect(await restSince(closed, KEEP_MS)).toMatchObject({ outcome: 'done', facts: { closed: 2 } });
    expect(await urlOf('closing-production')).toBe('ResourceNotFoundException');
    expect(await restSince(closed, KEEP_MS)).toMatchObject({ outcome: 'done', facts: {} });
  });
});

describe('a function that something of its stack calls', () => {
  const FunctionTargets = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/function-1/6d0ecf831eec9f09';
  const Api = 'arn:aws:execute-api:us-east-1:000000000000:abc123/*';
  const plannedBy = async (pilot: string, manifest: object) =>
    planned(await requestOf(pilot, { 'index.js': answering('hello') }, { ...manifest }));

  it('is reached at its domain, through an HTTP API where no front is named', async () => {
    const plan = await plannedBy('domain', { domain: { name: 'acme.example.com' } });
    expect(plan.url).toBe('https://acme.example.com/');
    expect(await plannedBy('domain', { lambda: { front: 'http-api' } })).toMatchObject({ url: '' });
    const before = await lambdaTarget.live(plan);
    const prepare = (stack: Record<string, string>) =>
      settled(() => lambdaTarget.prepare({ ...plan, stack }, before, leaseUnder(1)));
    expect(await prepare(STACK)).toMatchObject({ code: 'STACK_OUTPUT_MISSING' });
    expect(await prepare({ ...STACK, Api })).toMatchObject({ outcome: 'done' });
    expect(await urlOf('domain-production')).toBe('ResourceNotFoundException');
  });

  it('lets another API in, and the one before no longer', async () => {
    const first = await release('again', { lambda: { front: 'none' } }, 1);
    const other = Api.replace('abc123', 'def456');
    const made = await plannedBy('again', { lambda: { front: 'http-api' } });
    const prepare = (stack: Record<string, string>) =>
      settled(() => lambdaTarget.prepare({ ...made, stack }, first.before, leaseUnder(2)));
    await prepare({ ...STACK, Api });
    await prepare({ ...STACK, Api: other });
    const sources = async () =>
      (await statementsOf('again-production')).map(
        ({ Condition }) => (Condition as { ArnLike: object }).ArnLike['AWS:SourceArn' as never],
      );
    expect(await sources()).toEqual([Api, other]);
    const plan = { ...made, stack: { ...STACK, Api: other } };
    await lambdaTarget.shift(plan, first.before, 100, leaseUnder(2));
    expect(await restSince({ plan, before: first.before }, KEEP_MS)).toMatchObject({ facts: { closed: 1 } });
    expect(await sources()).toEqual([other]);
  });

  it('waits until the load balancer knows that it may call', async () => {
    const plan = { ...(await plannedBy('denied', { lambda: { front: 'load-balancer' } })), stack: STACK };
    const before = await lambdaTarget.live(plan);
    const whole = { ...plan, stack: { ...STACK, FunctionTargets } };
    const health = '<DescribeTargetHealthResult><TargetHealthDescriptions/></DescribeTargetHealthResult>';
    const denied =
      '<Error><Code>AccessDenied</Code><Message>elasticloadbalancing principal does not have permission to invoke arn:aws:lambda:us-east-1:000000000000:function:denied-production:live from target group arn</Message></Error>';
    between.trouble = (_asked, body) => {
      if (body.includes('Action=DescribeTargetHealth'))
        return { status: 200, body: `<DescribeTargetHealthResponse>${health}</DescribeTargetHealthResponse>` };
      if (body.includes('Action=RegisterTargets'))
        return { status: 403, body: `<ErrorResponse>${denied}</ErrorResponse>` };
      return undefined;
    };
    const awaits = 'the load balancer’s permission to be known to Lambda';
    const parked = await until(async () => {
      const outcome = await lambdaTarget.prepare(whole, before, leaseUnder(1));
      return outcome.outcome === 'parked' && outcome.awaits === awaits ? outcome : undefined;
    });
    expect(parked.awaits).toBe(awaits);
  });
});

describe('a function that uploads call', () => {
  it('hears of those below its prefix, until a release without them', async () => {
    const events = new EventBridgeClient({ endpoint: emulatorUrl(), region: 'us-east-1' });
    const describeRule = () => events.send(new DescribeRuleCommand({ Name: 'uploads-production' }));
    await release('uploads', { lambda: { events: 'incoming/', front: 'none' } }, 1);
    const { Arn, EventPattern = '' } = await describeRule();
    expect(JSON.parse(EventPattern).detail).toEqual({
      bucket: { name: [STACK.Uploads] },
      object: { key: [{ prefix: 'incoming/' }] },
    });
    expect(await statementsOf('uploads-production')).toMatchObject([
      { Principal: { Service: 'events.amazonaws.com' }, Condition: { ArnLike: { 'AWS:SourceArn': Arn } } },
    ]);

    const without = await release('uploads', { lambda: { front: 'none' } }, 2);
    expect(await restSince(without, KEEP_MS)).toMatchObject({ outcome: 'done' });
    expect(await describeRule().catch(absent)).toBe('ResourceNotFoundException');
  });
});

describe('warm environments', () => {
  const warmOf = (version: string) =>
    lambda
      .send(new GetProvisionedConcurrencyConfigCommand({ FunctionName: 'warm-production', Qualifier: version }))
      .then((config) => config.RequestedProvisionedConcurrentExecutions, absent);

  it('are as many as the live version has, and leave that after its keep time', async () => {
    await release('warm', { lambda: { provisioned: 2 } }, 1);
    expect(await warmOf('2')).toBe(2);
    await lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName: 'warm-production',
        Qualifier: '2',
        ProvisionedConcurrentExecutions: 5,
      }),
    );
    const second = await release('warm', { lambda: { provisioned: 2 } }, 2);
    expect(await warmOf('3')).toBe(5);
    expect(await restSince(second, 0)).toMatchObject({ outcome: 'parked' });
    expect(await warmOf('2')).toBe(5);
    expect(await restSince(second, KEEP_MS)).toMatchObject({ outcome: 'done', facts: { cooled: 5 } });
    expect([await warmOf('2'), await warmOf('3')]).toEqual(['ProvisionedConcurrencyConfigNotFoundException', 5]);
  });

  it('are waited for, and told of when AWS has none', async () => {
    const plan = await planned(
      await requestOf('warm', { 'index.js': answering('third') }, { lambda: { provisioned: 9 } }),
    );
    const before = await lambdaTarget.live(plan);
    const states = [
      {
        RequestedProvisionedConcurrentExecutions: 9,
        AvailableProvisionedConcurrentExecutions: 4,
        Status: 'IN_PROGRESS',
      },
      { Status: 'FAILED', StatusReason: 'the account has no more' },
    ];
    between.trouble = (asked) => {
      const isRead = /GET .*\/provisioned-concurrency\?Qualifier=4/.test(asked);
      const body = isRead ? states.shift() : undefined;
      return body && { status: 200, body };
    };
    const told: string[] = [];
    for (let looks = 0; told.length < 2 && looks < 20; looks += 1) {
      const outcome = await lambdaTarget.prepare(plan, before, leaseUnder(3));
      if (outcome.outcome === 'parked' && /warm/.test(outcome.awaits)) told.push(outcome.awaits);
      else if (outcome.outcome === 'failed') told.push(`${outcome.code}: ${outcome.reason}`);
      else await new Promise((over) => setTimeout(over, 550));
    }
    expect(told).toEqual(['9 warm environments, of which 4 are there,', 'WARM_FAILED: the account has no more']);
  });
});

describe('calls at the same time', () => {
  const reserved = async () =>
    (await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: 'reserved-production' })))
      .ReservedConcurrentExecutions;
  const upTo = (concurrency?: number) => ({ lambda: concurrency === undefined ? {} : { concurrency } });

  it('are more before the traffic moves, and fewer only after the keep time', async () => {
    await release('reserved', upTo(10), 1);
    expect(await reserved()).toBe(10);
    await release('reserved', upTo(20), 2);
    expect(await reserved()).toBe(20);
    const fewer = await release('reserved', upTo(5), 3);
    expect(await reserved()).toBe(20);
    expect(await restSince(fewer, KEEP_MS, 3)).toMatchObject({ outcome: 'done' });
    expect(await reserved()).toBe(5);
    const free = await release('reserved', upTo(), 4);
    expect(await restSince(free, KEEP_MS, 4)).toMatchObject({ outcome: 'done' });
    expect(await reserved()).toBeUndefined();
  });
});
