import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import { lambdaTarget } from '../../../shared/targets/lambda/lambda.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { leaseUnder } from '../../support/lease.ts';
import { zipOf } from '../../support/zip.ts';
import { type Between, errorOf, standBetween } from './between.ts';
import {
  answering,
  deployed,
  lambdaOf,
  makeBucket,
  planned,
  requestOf,
  STACK,
  settled,
  settling,
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
const code = { 'index.js': answering('hello') };
const once = async (plan: Plan, fence = 1) =>
  lambdaTarget.prepare(plan, await lambdaTarget.live(plan), leaseUnder(fence));
const prepared = async (plan: Plan, fence = 1) =>
  settling.prepare(plan, await lambdaTarget.live(plan), leaseUnder(fence));
async function versionsOf(name: string): Promise<(string | undefined)[]> {
  const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName: name }));
  return Versions.filter(({ Version }) => Version !== '$LATEST').map(({ Description }) => Description);
}

it('makes a function of what the manifest says and the stack tells; of secrets it says where they lie', async () => {
  const request = await requestOf('settings', code, {
    lambda: { memory: 256, timeout: '10s', architecture: 'x86' },
    config: { values: { GREETING: 'hello', LARGEST: 320, FLAGS: ['a'] } },
    secrets: { DB_PASSWORD: 'secret:db#password', TOKEN: 'ssm:/shared/token' },
  });
  expect(await prepared(await planned(request))).toMatchObject({ outcome: 'done', facts: { version: '2' } });
  const has = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: 'settings-production', Qualifier: '2' }),
  );
  expect(has).toMatchObject({
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    MemorySize: 256,
    Timeout: 10,
    Architectures: ['x86_64'],
    Role: STACK.Role,
    DeadLetterConfig: { TargetArn: STACK.FailedCalls },
    LoggingConfig: { LogGroup: STACK.Logs },
    Environment: {
      Variables: {
        GREETING: 'hello',
        LARGEST: '320',
        FLAGS: '["a"]',
        DB_PASSWORD_FROM: 'secret:pilots/settings/production/db#password',
        TOKEN_FROM: 'ssm:/shared/token',
      },
    },
  });
});

it('publishes a release once, however often it is asked', async () => {
  const plan = await planned(await requestOf('once', code));
  for (let time = 0; time < 3; time += 1) expect(await prepared(plan)).toMatchObject({ outcome: 'done' });
  expect(await versionsOf('once-production')).toEqual(['Pilotage: offline', `Pilotage: release ${plan.release}`]);
});

it('finds the version whose publishing was cut off before it was told', async () => {
  const plan = await planned(await requestOf('cut-off', code));
  let cut = 0;
  between.trouble = (asked) => {
    if (!/POST .*\/versions$/.test(asked)) return undefined;
    cut += 1;
    return cut > 1 ? undefined : errorOf(500, 'ServiceException', 'later');
  };
  expect(await prepared(plan)).toMatchObject({ outcome: 'done' });
  expect(await versionsOf('cut-off-production')).toHaveLength(2);
});

it('makes a version of its own for a release of the same code and settings', async () => {
  const first = await deployed(await requestOf('same', code), 1);
  const again = await deployed(await requestOf('same', code, { rollout: { steps: [50, 100] } }), 2);
  expect(again.plan.release).not.toBe(first.plan.release);
  expect(await versionsOf('same-production')).toEqual([
    'Pilotage: offline',
    `Pilotage: release ${first.plan.release}`,
    `Pilotage: release ${again.plan.release}`,
  ]);
  expect(await lambdaTarget.live(again.plan)).toMatchObject({ release: again.plan.release });
});

it('waits for a new role to be known, and never longer than told', async () => {
  const plan = await planned(await requestOf('new-role', code));
  between.trouble = (asked) =>
    /POST .*\/functions$/.test(asked)
      ? errorOf(400, 'InvalidParameterValueException', 'The role defined for the function cannot be assumed by Lambda.')
      : undefined;
  expect(await once(plan)).toMatchObject({
    outcome: 'parked',
    awaits: 'the function’s role to be known to Lambda',
    deadline: expect.any(String),
    wakeAt: expect.any(String),
  });
});

it('parks while a change is on its way, and changes nothing meanwhile', async () => {
  const plan = await planned(await requestOf('busy', code));
  await once(plan);
  between.asked.length = 0;
  const again = await once(plan);
  expect(again).toMatchObject({ outcome: 'parked', awaits: 'the function to be ready' });
  expect(await once(plan)).toMatchObject({ deadline: 'deadline' in again && again.deadline });
  expect(between.asked.filter((asked) => !asked.startsWith('GET'))).toEqual([]);
});

it('tries what AWS could not do once more, and then says why it cannot', async () => {
  const plan = await planned(await requestOf('broken', code));
  await prepared(plan);
  const next = await planned(await requestOf('broken', { 'index.js': answering('next') }));
  const { FunctionArn, ...has } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: 'broken-production' }),
  );
  const tags: Record<string, string> = { 'pilotage:pilot': 'broken', 'pilotage:environment': 'production' };
  between.trouble = (asked, body) => {
    if (/POST .*\/tags/.test(asked)) Object.assign(tags, JSON.parse(body).Tags);
    if (!/GET .*\/functions\/broken-production$/.test(asked)) return undefined;
    const LastUpdateStatusReason = 'no permission to access the image';
    const Configuration = { ...has, FunctionArn, LastUpdateStatus: 'Failed', LastUpdateStatusReason };
    return { status: 200, body: { Configuration: { ...Configuration, LastModified: undefined }, Tags: tags } };
  };
  expect(await once(next, 2)).toMatchObject({ outcome: 'parked' });
  expect(await once(next, 2)).toMatchObject({
    outcome: 'failed',
    code: 'FUNCTION_BROKEN',
    reason: 'no permission to access the image',
  });
});

it('leaves alone what is not the pilot’s', async () => {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'foreign-production',
      Role: STACK.Role,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: await zipOf(code) },
    }),
  );
  expect(await once(await planned(await requestOf('foreign', code)))).toMatchObject({ code: 'FUNCTION_TAKEN' });
  expect(await versionsOf('foreign-production')).toEqual([]);
});

it('says what its stack does not tell', async () => {
  const { Role: _, ...stack } = STACK;
  const plan = { ...(await planned(await requestOf('no-role', code))), stack };
  expect(await once(plan)).toMatchObject({
    code: 'STACK_OUTPUT_MISSING',
    reason: 'the pilot’s stack does not tell Role',
  });
});

it('changes nothing under an old lease', async () => {
  await deployed(await requestOf('fenced', code), 3);
  const plan = await planned(await requestOf('fenced', { 'index.js': answering('old') }));
  expect(await once(plan, 2)).toMatchObject({ code: 'FENCED' });
});

it('takes signed code alone where the manifest says so', async () => {
  const signing = 'arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdef0';
  between.asked.length = 0;
  const plan = await planned(await requestOf('signed', code, { lambda: { signing } }));
  expect(await settled(() => once(plan))).toMatchObject({ outcome: 'done' });
  const changes = between.asked.filter((asked) => /code-signing-config|PUT .*\/code$/.test(asked));
  expect(changes.map((asked) => asked.replace(/.*\//, ''))).toEqual(['code-signing-config', 'code']);

  between.trouble = (asked) =>
    /PUT .*\/code$/.test(asked) ? errorOf(400, 'InvalidCodeSignatureException', 'no signature') : undefined;
  const unsigned = await planned(
    await requestOf('signed', { 'index.js': answering('unsigned') }, { lambda: { signing } }),
  );
  expect(await settled(() => once(unsigned, 2))).toMatchObject({ outcome: 'failed', code: 'CODE_SIGNATURE' });
});
