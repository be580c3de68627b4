import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { parse } from 'yaml';
import { emulatorUrl } from '../support/emulator.ts';
import { zipOf } from '../support/zip.ts';

interface State {
  Type: string;
  Parameters?: { FunctionName: string };
  TimeoutSeconds?: number;
  Retry?: { ErrorEquals: string[]; IntervalSeconds: number; MaxDelaySeconds: number; MaxAttempts: number }[];
  MaxConcurrency?: number;
  ItemProcessor?: { States: Record<string, State> };
}

const root = join(__dirname, '..', '..');
const text = readFileSync(join(root, 'statemachines', 'edge-sync.asl.yml'), 'utf8');
const machine = parse(text, { merge: true }) as { States: Record<string, State> };
const inner = machine.States.SyncPilots?.ItemProcessor?.States ?? {};
const tasks = Object.entries({ ...machine.States, ...inner }).filter(([, { Type }]) => Type === 'Task');
const kebab = (state: string) => state.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();

describe('the machine', () => {
  it('has a function for each of its tasks, named as the state is, and a test for that', () => {
    expect(tasks.map(([name]) => name).sort()).toEqual(['ReadRanges', 'Summarize', 'SyncPilot']);
    for (const [name, { Parameters }] of tasks) {
      expect(Parameters?.FunctionName).toBe(`\${${name}}`);
      for (const file of [`functions/edge-sync/${kebab(name)}.ts`, `test/functions/edge-sync/${kebab(name)}.test.ts`])
        expect([file, existsSync(join(root, file))]).toEqual([file, true]);
    }
  });

  it('waits for nothing without a deadline, and tries each task again', () => {
    for (const [name, { TimeoutSeconds, Retry }] of tasks)
      expect([name, TimeoutSeconds, Retry]).toEqual([
        name,
        expect.any(Number),
        [expect.objectContaining({ ErrorEquals: ['States.ALL'] })],
      ]);
  });

  it('looks at a bounded number of pilots at once', () => {
    expect(machine.States.SyncPilots?.MaxConcurrency).toBe(8);
  });

  it('tries as often as its functions count on', () => {
    const most = (name: string) => tasks.find(([task]) => task === name)?.[1].Retry?.[0]?.MaxAttempts;
    const counted = (file: string) =>
      Number(/const TRIES = (\d+);/.exec(readFileSync(join(root, 'functions/edge-sync', file), 'utf8'))?.[1]);
    expect([most('ReadRanges'), most('SyncPilot')]).toEqual([counted('read-ranges.ts'), counted('sync-pilot.ts')]);
  });
});

/** What the functions stand for here: which pilots there are, and what becomes of them by their names. */
const CODE = `
export const handler = async ({ execution, attempt, input }) => {
  if (input.synced) return { execution, synced: input.synced, reason: input.reason, read: input.read.value };
  if (!input.pilot) return { token: 7, check: 'gate', pilots: input.names.map((pilot) => ({ pilot, environment: 'production' })) };
  if (input.pilot === 'broken' || (input.pilot === 'later' && attempt < 1)) throw new Error('not yet');
  return { pilot: input.pilot, environment: input.environment, outcome: 'same', check: input.check, attempt };
};`;

describe('a run', () => {
  const aws = {
    endpoint: emulatorUrl(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const engine = new SFNClient(aws);
  const name = `edge-${randomUUID().slice(0, 8)}`;
  let stateMachineArn = '';

  beforeAll(async () => {
    const { FunctionArn = '' } = await new LambdaClient(aws).send(
      new CreateFunctionCommand({
        ...{ FunctionName: name, Runtime: 'nodejs24.x', Handler: 'index.handler', Timeout: 30 },
        Role: 'arn:aws:iam::000000000000:role/any',
        Code: { ZipFile: await zipOf({ 'index.mjs': CODE }) },
      }),
    );
    // All as it is, but that nobody waits for the pauses.
    const definition = JSON.stringify(machine, (key, value) => {
      if (key === 'Retry') return [{ ...value[0], IntervalSeconds: 1, MaxDelaySeconds: 1, MaxAttempts: 1 }];
      return typeof value === 'string' && /^\$\{\w+\}$/.test(value) ? FunctionArn : value;
    });
    const roleArn = 'arn:aws:iam::000000000000:role/any';
    ({ stateMachineArn = '' } = await engine.send(new CreateStateMachineCommand({ name, definition, roleArn })));
  });

  async function run(names: string[]) {
    const input = JSON.stringify({ reason: 'daily', names });
    const { executionArn } = await engine.send(
      new StartExecutionCommand({ stateMachineArn, name: randomUUID(), input }),
    );
    for (;;) {
      const {
        status,
        output,
        cause,
        name: execution,
      } = await engine.send(new DescribeExecutionCommand({ executionArn }));
      if (status !== 'RUNNING') return { status, cause, execution, output: output && JSON.parse(output) };
      await new Promise((soon) => setTimeout(soon, 50));
    }
  }

  it('looks at every pilot, in their order, and hands all to the summary', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `pilot-${index}`);
    const { status, output, execution } = await run(names);
    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({ execution, reason: 'daily', read: { token: 7 } });
    expect(output.synced).toEqual(
      names.map((pilot) => ({ pilot, environment: 'production', outcome: 'same', check: 'gate', attempt: 0 })),
    );
  });

  it('goes on with the others where one fails, which is told as failed', async () => {
    const { status, output } = await run(['one', 'broken', 'later', 'other']);
    expect(status).toBe('SUCCEEDED');
    expect(output.synced).toMatchObject([
      { pilot: 'one', outcome: 'same' },
      { pilot: 'broken', environment: 'production', outcome: 'failed', code: expect.any(String) },
      { pilot: 'later', outcome: 'same', attempt: 1 },
      { pilot: 'other', outcome: 'same' },
    ]);
  });

  it('of no pilot at all is a run like any other', async () => {
    expect((await run([])).output).toMatchObject({ synced: [] });
  });
});
