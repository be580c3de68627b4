import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { handler } from '../../../functions/api/api.ts';
import type { ApiAnswer, ApiRequest } from '../../../shared/api.ts';
import { transact } from '../../../shared/aws/table.ts';
import type { Policy } from '../../../shared/ledger/deployment.ts';
import { releaseLive } from '../../../shared/ledger/releases.ts';
import { goLive } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { openWorld, type StackedPlan, type World } from '../../targets/ec2/world.ts';

/** Systems Manager, at its wire. */
interface Manager {
  url: string;
  asked: [action: string, asked: Record<string, unknown>][];
  answer: (action: string) => object | 'cut' | { error: string; status?: number };
  close(): void;
}

async function openManager(): Promise<Manager> {
  const server = createServer(async (request, response) => {
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    manager.asked.push([action, JSON.parse(await text(request))]);
    const answer = manager.answer(action);
    if (answer === 'cut') return void request.socket.destroy();
    const { error, status = 400 } = answer as { error?: string; status?: number };
    const body = error ? { __type: error, message: 'no' } : answer;
    response
      .writeHead(error ? status : 200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const manager: Manager = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: () => ({}),
    close: () => void server.close().closeAllConnections(),
  };
  return manager;
}

let stage: Stage;
let world: World;
let manager: Manager;
let plan: StackedPlan;
beforeAll(async () => {
  stage = await setStage();
  world = await openWorld();
  manager = await openManager();
  plan = await world.deploy('render', 'one', 1);
  await transact(releaseLive(plan, {} as Policy));
  // Public parameters are the emulator’s own.
  process.env.AWS_ENDPOINT_URL_SSM = manager.url;
}, 120_000);
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_SSM;
  manager.close();
  await world.close();
  await stage.close();
});
beforeEach(() => {
  manager.asked.length = 0;
  manager.answer = (action) => (action === 'SendCommand' ? { Command: { CommandId: ID } } : found);
  found = { Status: 'Success', StatusDetails: 'Success', ResponseCode: 0 };
});

const ID = '0123abcd-0000-4000-8000-000000000000';
let found: object;
let requests = 0;
const newRequest = () => {
  requests += 1;
  return `${new Date().toISOString()}/00000000-0000-4000-8000-${String(requests).padStart(12, '0')}`;
};
const ask = (request: Partial<ApiRequest> & { action: string }) =>
  handler({ pilot: plan.pilot, ...request } as ApiRequest) as Promise<ApiAnswer<'run'> & ApiAnswer<'ran'>>;
const run = (request = newRequest(), command = ['node', "it's.js", '{{ssm:key}}']) =>
  ask({ action: 'run', command, seconds: 60, request });

describe('a command on an instance', () => {
  it('is sent to a healthy one of what is live, once for each request', async () => {
    const request = newRequest();
    const first = await run(request);
    expect(first).toEqual({
      ok: true,
      answer: { command: ID, instance: expect.stringMatching(/^i-/), logs: plan.stack.Logs },
    });
    expect(await run(request)).toEqual(first);
    expect(manager.asked).toEqual([
      [
        'SendCommand',
        {
          DocumentName: 'AWS-RunShellScript',
          InstanceIds: [expect.stringMatching(/^i-/)],
          Comment: `pilotage: ${plan.pilot} in production`,
          TimeoutSeconds: 60,
          Parameters: {
            commands: expect.arrayContaining([
              `exec "$become" -u pilot -- node 'it'\\''s.js' '{''{ssm:key}}'`,
              '[ ! -r /etc/pilot/environment ] || . /etc/pilot/environment',
            ]),
            workingDirectory: ['/opt/pilot/release'],
            executionTimeout: ['60'],
          },
          CloudWatchOutputConfig: { CloudWatchOutputEnabled: true, CloudWatchLogGroupName: plan.stack.Logs },
        },
      ],
    ]);
  });

  it('is not sent to one that is ill, or not in service', async () => {
    for (const change of [
      (answer: string) => answer.replaceAll('>Healthy<', '>Unhealthy<'),
      (answer: string) => answer.replaceAll('>InService<', '>Terminating<'),
    ]) {
      world.wire.changed.set('DescribeAutoScalingGroups', change);
      expect(await run()).toMatchObject({ ok: false, code: 'NOT_LIVE' });
    }
    world.wire.changed.clear();
    expect(manager.asked).toEqual([]);
  });

  it.each([
    ['cut', 'cut' as const],
    ['a breakdown', { error: 'InternalServerError', status: 500 }],
  ])('is never sent a second time after an answer that was lost: %s', async (_, answer) => {
    manager.answer = () => answer;
    const request = newRequest();
    expect(await run(request)).toMatchObject({ ok: false, code: 'RUN_UNKNOWN' });
    expect(await run(request)).toMatchObject({ ok: false, code: 'RUN_UNKNOWN' });
    expect(manager.asked).toHaveLength(1);
    expect(await ask({ action: 'ran', request })).toMatchObject({ ok: false, code: 'RUN_NOT_KNOWN' });
  });

  it('that is refused may be tried again', async () => {
    manager.answer = () => ({ error: 'InvalidInstanceId' });
    const request = newRequest();
    expect(await run(request)).toMatchObject({ ok: false, code: 'INSTANCE_UNREACHABLE' });
    manager.answer = () => ({ error: 'ThrottlingException' });
    expect(await run(request)).toMatchObject({ ok: false, code: 'RUN_REFUSED' });
    manager.answer = () => ({ Command: { CommandId: ID } });
    expect(await run(request)).toMatchObject({ ok: true });
  });

  it.each([
    ['no words', []],
    ['a word that no program can be given', ['a\0b']],
    ['more than Systems Manager takes', ['x'.repeat(9_000)]],
  ])('of %s is refused', async (_, command) => {
    expect(await run(newRequest(), command)).toMatchObject({ ok: false, code: 'REQUEST_INVALID' });
  });

  it('is refused where nothing has instances', async () => {
    await goLive(stage, 'site', { 'index.html': 'one' });
    const request = newRequest();
    expect(await ask({ action: 'run', pilot: 'site', command: ['ls'], request })).toMatchObject({ code: 'NO_SHELL' });
    expect(await ask({ action: 'run', pilot: 'nobody', command: ['ls'], request })).toMatchObject({
      code: 'PILOT_UNKNOWN',
    });
  });
});

describe('how a command fares', () => {
  async function ran(): Promise<unknown> {
    const request = newRequest();
    await run(request);
    const told = await ask({ action: 'ran', request });
    return told.ok ? told.answer : told;
  }

  it('is pending as long as Systems Manager does not know it yet', async () => {
    manager.answer = (action) =>
      action === 'SendCommand' ? { Command: { CommandId: ID } } : { error: 'InvocationDoesNotExist' };
    expect(await ran()).toEqual({ status: 'Pending', isOver: false });
  });

  it.each(['Pending', 'InProgress', 'Delayed', 'Cancelling'])('is not over while it is %s', async (Status) => {
    found = { Status, ResponseCode: -1 };
    expect(await ran()).toEqual({ status: Status, isOver: false });
  });

  it('is told with its exit code and what it wrote', async () => {
    found = { Status: 'Failed', StatusDetails: 'Failed', ResponseCode: 7, StandardOutputContent: 'a\tb\n' };
    expect(await ran()).toEqual({
      ...{ status: 'Failed', isOver: true, exitCode: 7 },
      ...{ stdout: 'a\tb\n', stderr: '', cut: [] },
    });
  });

  it.each([
    ['TimedOut', 'DeliveryTimedOut', -1],
    ['TimedOut', 'ExecutionTimedOut', 137],
    ['Failed', 'Undeliverable', -1],
    ['Cancelled', 'Cancelled', 1],
  ])('has no exit code where it did not end by itself: %s, %s', async (Status, StatusDetails, ResponseCode) => {
    found = { Status, StatusDetails, ResponseCode };
    expect(await ran()).toEqual({ status: StatusDetails, isOver: true, stdout: '', stderr: '', cut: [] });
  });

  it('is told with the end of a long output, and with its beginning while the log group has none', async () => {
    const StandardOutputContent = 'x'.repeat(24_000);
    found = { Status: 'Success', StatusDetails: 'Success', ResponseCode: 0, StandardOutputContent };
    expect(await ran()).toMatchObject({ cut: ['stdout'], stdout: StandardOutputContent });

    const logs = new CloudWatchLogsClient({});
    const [[, sent] = []] = manager.asked;
    const [instance] = (sent?.InstanceIds ?? []) as string[];
    const stream = {
      logGroupName: plan.stack.Logs,
      logStreamName: `${ID}/${instance}/aws-runShellScript/stdout`,
    };
    await logs.send(new CreateLogStreamCommand(stream));
    const logEvents = ['x'.repeat(30_000), 'the end'].map((message) => ({ message, timestamp: Date.now() }));
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    expect(await ran()).toMatchObject({ cut: ['stdout'], stdout: expect.stringMatching(/^x{23992}\nthe end$/) });
  });

  it('is told of commands that were sent so, and of no other', async () => {
    expect(await ask({ action: 'ran', request: newRequest() })).toMatchObject({ ok: false, code: 'RUN_NOT_KNOWN' });
    expect(manager.asked).toEqual([]);
  });
});
