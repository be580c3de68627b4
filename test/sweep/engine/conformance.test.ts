import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { emulatorUrl } from '../../support/emulator.ts';
import { zipOf } from '../../support/zip.ts';
import { clockFrom, installClock } from '../clock.ts';
import { randomOf } from '../random.ts';
import { engineOf } from './engine.ts';
import { type Machine, readMachine } from './read.ts';

/**
 * The interpreter against the emulator's Step Functions: the same machine, the
 * same answers, the same way through the states. Waits are the emulator's own
 * (shortened there), so what is compared is the way and not the time.
 */

/**
 * What a state's function does at each attempt; `ok` where nothing is said, otherwise an error's name.
 * `mute` answers nothing until the execution is stopped, `late` nothing until its time is over.
 */
type Script = Record<string, string[]>;

const DEPLOY: { name: string; script: Script }[] = [
  { name: 'everything succeeds', script: {} },
  { name: 'the input is refused', script: { Validate: ['Refused'], Unlock: ['Ended'] } },
  { name: 'a newer one supersedes it in the queue', script: { Queue: ['Superseded'], Unlock: ['Ended'] } },
  { name: 'Verify says no', script: { Verify: ['Failed'], Unlock: ['Ended'] } },
  { name: 'Shift fails and the rollback is done', script: { Shift: ['Failed'], Unlock: ['Ended'] } },
  { name: 'Prepare has bad luck twice', script: { Prepare: ['Unexpected', 'Unexpected'] } },
  { name: 'a worker of Shift crashes', script: { Shift: ['crash'] } },
  { name: 'Finish fails', script: { Finish: ['Failed'] } },
  {
    name: 'the rollback itself fails',
    script: { Shift: ['Failed'], Rollback: ['Unexpected', 'Failed'], Unlock: ['Ended'] },
  },
  { name: 'nobody answers for Verify in time', script: { Verify: ['late'], Unlock: ['Ended'] } },
  { name: 'it is stopped while Shift waits', script: { Shift: ['mute'] } },
];

const ROLLBACK: { name: string; script: Script }[] = [
  { name: 'the traffic is given back', script: { Unlock: ['Ended'] } },
  { name: 'nothing was to be given back', script: {} },
  { name: 'Rollback has bad luck', script: { Rollback: ['crash', 'Unexpected'], Unlock: ['Ended'] } },
  { name: 'Rollback cannot give it back', script: { Rollback: ['Failed'], Unlock: ['Ended'] } },
  { name: 'nothing of Rollback works', script: { Rollback: Array(11).fill('Unexpected') } },
  { name: 'Unlock has bad luck', script: { Unlock: ['Unexpected', 'Ended'] } },
];

const REMOVE: { name: string; script: Script }[] = [
  { name: 'all goes well', script: {} },
  {
    name: 'Withdraw has bad luck, and then cannot go on',
    script: { Withdraw: ['crash', 'Failed'], Unlock: ['Ended'] },
  },
  { name: 'nothing of RemoveStack works', script: { RemoveStack: Array(11).fill('Unexpected'), Unlock: ['Ended'] } },
];

type File = 'deploy.asl.yml' | 'remove.asl.yml' | 'rollback.asl.yml';

interface Way {
  states: string[];
  status: string | undefined;
}

describe.each([
  ['deploy.asl.yml', DEPLOY],
  ['remove.asl.yml', REMOVE],
  ['rollback.asl.yml', ROLLBACK],
] as const)('of %s the interpreter takes the way that the emulator takes', (file, scripts) => {
  it.each(scripts)('when $name', async ({ script }) => {
    expect(await interpreted(file, script)).toEqual(await emulated(file, script));
  });
});

async function interpreted(file: File, script: Script): Promise<Way> {
  const close = installClock();
  try {
    const random = randomOf(1);
    const clock = clockFrom(0, random);
    const engine = engineOf({
      clock,
      random,
      machines: { any: machineWith('deploy-any', file) },
      tell: () => undefined,
      invoke: async (_, payload) => {
        const { token, step, attempt } = payload as { token: string; step: string; attempt: number };
        const what = script[step]?.[attempt] ?? 'ok';
        if (what === 'mute') engine.stop('way');
        else if (what === 'ok') engine.answer(token, { output: {} });
        else if (what !== 'crash' && what !== 'late') engine.answer(token, { error: what, cause: '{}' });
        return what === 'crash' ? { error: 'Error', cause: '{}' } : undefined;
      },
    });
    engine.start('any', 'way', '{}');
    const execution = engine.executions.get('way');
    await clock.run(() => execution?.status !== 'RUNNING', 86_400_000);
    return { states: execution?.visits.map(({ state }) => state) ?? [], status: execution?.status };
  } finally {
    close();
  }
}

const FUNCTION = `
exports.handler = async ({ token, step, attempt, input }) => {
  const what = (input.script[step] || [])[attempt] || 'ok';
  if (what === 'crash') throw new Error('crash');
  if (what === 'mute' || what === 'late') return;
  const action = what === 'ok' ? 'SendTaskSuccess' : 'SendTaskFailure';
  const answer = what === 'ok' ? { output: '{}' } : { error: what, cause: '{}' };
  await fetch(input.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AWSStepFunctions.' + action,
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ taskToken: token, ...answer }),
  });
};`;

const aws = () => ({
  endpoint: emulatorUrl(),
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
const machines = new Map<File, Promise<string>>();
let runs = 0;

async function createFunction(): Promise<string> {
  await waitScale(0);
  const { FunctionArn = '' } = await new LambdaClient(aws()).send(
    new CreateFunctionCommand({
      FunctionName: 'conformance',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: ROLE,
      Timeout: 20,
      Code: { ZipFile: await zipOf({ 'index.js': FUNCTION }) },
    }),
  );
  return FunctionArn;
}

let functionArn: Promise<string> | undefined;
async function createMachine(file: File): Promise<string> {
  functionArn ??= createFunction();
  const { stateMachineArn = '' } = await new SFNClient(aws()).send(
    new CreateStateMachineCommand({
      name: `conformance-${file.replace(/\..*/, '')}`,
      roleArn: ROLE,
      definition: JSON.stringify(machineWith(await functionArn, file)),
    }),
  );
  return stateMachineArn;
}

const ROLE = 'arn:aws:iam::000000000000:role/any';

/** Shortens what the emulator waits between attempts. */
const waitScale = (scale: number) =>
  fetch(`${emulatorUrl()}/_ministack/config`, {
    method: 'POST',
    body: JSON.stringify({ 'stepfunctions._SFN_WAIT_SCALE': scale }),
  });
afterAll(() => waitScale(1));

/** A machine with one function for all states, and little time for Verify. */
function machineWith(functionName: string, file: File): Machine {
  const machine = readMachine(file);
  for (const [name, state] of Object.entries(machine.States)) {
    if (state.Type !== 'Task') continue;
    state.Parameters = { ...state.Parameters, FunctionName: functionName };
    if (name === 'Verify') state.TimeoutSeconds = 2;
  }
  return machine;
}

async function emulated(file: File, script: Script): Promise<Way> {
  const machine = machines.get(file) ?? createMachine(file);
  machines.set(file, machine);
  const client = new SFNClient(aws());
  const name = `way-${++runs}`;
  const input = JSON.stringify({ script, url: emulatorUrl() });
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn: await machine, name, input }),
  );
  const visits = async () => {
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    return attemptsIn(events);
  };
  for (;;) {
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return { states: await visits(), status };
    const states = await visits();
    if (script[states.at(-1) ?? '']?.includes('mute')) await client.send(new StopExecutionCommand({ executionArn }));
    await new Promise((over) => setTimeout(over, 20));
  }
}

/** The states in the order in which their functions were called, a state once for each attempt. */
function attemptsIn(events: HistoryEvent[]): string[] {
  let state = '';
  return events.flatMap((event) => {
    if (event.type === 'TaskStateEntered') state = event.stateEnteredEventDetails?.name ?? '';
    return event.type === 'TaskScheduled' ? [state] : [];
  });
}
