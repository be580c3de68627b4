import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataPlane, startDataPlane } from '../../../local/balancer/data-plane.ts';
import { type Emulator, startEmulator } from '../../../local/emulator/start.ts';
import { lastLines } from '../../../shared/aws/logs.ts';
import { findInvocation, outputStream, sendScript } from '../../../shared/aws/run-command.ts';
import { ec2Target } from '../../../shared/targets/ec2/ec2.ts';
import { scriptOf } from '../../../shared/targets/ec2/run-script.ts';
import type { InstanceShell, Live, Plan } from '../../../shared/targets/target.ts';
import { eventually } from '../../e2e/installation.ts';
import { freePort } from '../../support/free-port.ts';
import { leaseUnder } from '../../support/lease.ts';
import { openWorld, type World } from '../../targets/ec2/world.ts';

let folder: string;
let emulator: Emulator;
let dataPlane: DataPlane;
let world: World;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pilotage-instances-'));
  const started = await startEmulator({ port: await freePort(), folder, auth: false });
  if ('problem' in started) throw new Error(started.problem.message);
  emulator = started.emulator;
  const balancer = await freePort();
  const plane = await startDataPlane({ emulatorUrl: emulator.url, images: {}, ports: { balancer }, speed: 0.02 });
  if ('problem' in plane) throw new Error(plane.problem.message);
  dataPlane = plane.dataPlane;
  world = await openWorld(emulator.url);
}, 120_000);
afterAll(async () => {
  await world.close();
  await dataPlane.stop();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

const server = (says: string) =>
  `require('node:http').createServer((_, response) => response.end(process.env.SAYS ?? '${says}')).listen(process.env.PORT);`;
const more = { health: { interval: '5s', grace: '5s' } };

type End = Awaited<ReturnType<typeof ec2Target.prepare>>;
const prepared = (plan: Plan, live: Live, fence: number): Promise<End> =>
  eventually(async () => {
    const end = await ec2Target.prepare(plan, live, leaseUnder(fence));
    return end.outcome === 'parked' ? undefined : end;
  }, 'its instances did not come up');

async function deployed(pilot: string, content: string, fence: number, section: object = more): Promise<Plan> {
  const plan = await world.plan(pilot, content, section as Record<string, unknown>);
  const before = await ec2Target.live(plan);
  expect(await prepared(plan, before, fence)).toEqual({ outcome: 'done', facts: expect.anything() });
  expect(await ec2Target.shift(plan, before, 100, leaseUnder(fence))).toMatchObject({ outcome: 'done' });
  return plan;
}

/** What visitors are answered once the load balancer has heard of the last change. */
const saying = ({ pilot }: Plan, text: string): Promise<string> =>
  eventually(async () => {
    const said = await (await fetch(dataPlane.url(pilot))).text();
    return said === text ? said : undefined;
  }, `nobody says ${text}`);

describe('instances of this machine', () => {
  it('run their user data, answer, are replaced, and come back', async () => {
    const first = await deployed('shop', server('one'), 1);
    expect(await saying(first, 'one')).toBe('one');

    const second = await world.plan('shop', server('two'), more);
    const before = await ec2Target.live(second);
    expect(await prepared(second, before, 2)).toMatchObject({ outcome: 'done', facts: { instances: 1 } });
    expect(await (await fetch(dataPlane.url(second.pilot))).text()).toBe('one');
    await ec2Target.shift(second, before, 100, leaseUnder(2));
    expect(await saying(second, 'two')).toBe('two');

    await ec2Target.rollback(second, before, leaseUnder(3));
    expect(await saying(second, 'one')).toBe('one');
  }, 120_000);
});

describe('an instance that cannot serve', () => {
  it.each<[what: string, code: string, words: RegExp, section: object, content: string]>([
    [
      'whose installation fails',
      'INSTALL_FAILED',
      /^ec2\.install ended with exit code 7: sh -c echo no such package exit 7; its log ends: .*no such package/,
      { ec2: { install: [['sh', '-c', 'echo no such package\nexit 7']] } },
      server('never'),
    ],
    [
      'whose pilot ends',
      'START_FAILED',
      /^ec2\.start ended again and again, the last time with exit code 3; its log ends: .*it is broken/,
      {},
      `console.log('it is broken'); process.exit(3);`,
    ],
    [
      'that may not read a secret',
      'SECRET_NOT_READ',
      /a secret could not be read; its log ends: .*there is no parameter \/pilots\/.*\/production\/missing/,
      { secrets: { KEY: 'ssm:missing' } },
      server('never'),
    ],
    [
      'that the load balancer finds ill',
      'NOT_HEALTHY',
      /the load balancer finds the instances ill, asking for \//,
      {},
      `require('node:http').createServer((_, response) => response.writeHead(500).end()).listen(process.env.PORT);`,
    ],
  ])(
    '%s',
    async (_, code, words, section, content) => {
      const pilot = `bad-${code.toLowerCase().replaceAll('_', '-')}`;
      const live = await deployed(pilot, server('blue'), 1);
      const plan = await world.plan(pilot, content, { ...more, ...section });
      const before = await ec2Target.live(plan);
      expect(await prepared(plan, before, 2)).toEqual({
        outcome: 'failed',
        code,
        reason: expect.stringMatching(words),
      });
      expect(await ec2Target.live(plan)).toEqual(before);
      expect(await saying(live, 'blue')).toBe('blue');
    },
    180_000,
  );
});

describe('what is configured', () => {
  it('reaches the pilot, and what it writes the log group', async () => {
    const { CloudWatchLogsClient, FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const talking = `console.log('begun with ' + process.env.SAYS);${server('nothing')}`;
    const says = 'it’s "quoted" for $5 \\ `id`';
    const plan = await deployed('told', talking, 1, { ...more, config: { values: { SAYS: says } } });
    expect(await saying(plan, says)).toBe(says);
    const logs = new CloudWatchLogsClient({ endpoint: emulator.url, region: emulator.region });
    const logGroupName = plan.stack?.Logs ?? '';
    const line = await eventually(async () => {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
      return events.find(({ message }) => message?.startsWith('begun with'));
    }, 'nothing was logged');
    expect(line).toMatchObject({
      message: `begun with ${says}`,
      logStreamName: expect.stringMatching(`^${plan.release}/app/i-`),
    });
  }, 120_000);
});

describe('a command on an instance', () => {
  let shell: InstanceShell;
  beforeAll(async () => {
    const plan = await deployed('entered', server('it'), 1, {
      ...more,
      config: { values: { SAYS: 'it’s "quoted" $5' } },
    });
    shell = (await ec2Target.shell?.(plan)) as InstanceShell;
  }, 120_000);

  async function run(command: string[], seconds = 30) {
    const lines = scriptOf(shell, command);
    const sent = await sendScript({ ...shell, lines, seconds, comment: 'a test' });
    if (sent.outcome !== 'sent') throw new Error(sent.reason);
    const end = await eventually(async () => {
      const found = await findInvocation(sent.command, shell.instance);
      return found && /Success|Failed|TimedOut/.test(found.status) ? found : undefined;
    }, 'it did not end');
    return { ...end, command: sent.command };
  }

  it('runs as the pilot does, each word as it was given, and its exit code is told', async () => {
    const said = 'pwd; printf "%s|%s|%s\\n" "$SAYS" "$1" "$2"; echo no >&2; exit 3';
    const end = await run(['sh', '-c', said, 'sh', '{{ssm:key}} {{{$HOME', "it's `id`\nno"]);
    expect(end).toMatchObject({ status: 'Failed', exitCode: 3, stderr: 'no\n', cut: [] });
    expect(end.stdout).toMatch(/\/opt\/pilot\/release\n/);
    expect(end.stdout.split('release\n')[1]).toBe('it’s "quoted" $5|{{ssm:key}} {{{$HOME|it\'s `id`\nno\n');
  });

  it('finds the files of the release there', async () => {
    expect(await run(['cat', 'server.js'])).toMatchObject({ exitCode: 0, stdout: server('it'), stderr: '' });
  });

  it('is ended when its time is over', async () => {
    const end = await run(['sh', '-c', 'sleep 60; true'], 1);
    expect([end.status, end.details, end.exitCode]).toEqual(['TimedOut', 'ExecutionTimedOut', undefined]);
  });

  it('has all that it wrote in the log group, and the beginning of it told', async () => {
    const end = await run(['node', '-e', "console.log('x'.repeat(24_000) + 'end')"]);
    expect([end.cut, end.stdout.length]).toEqual([['stdout'], 24_000]);
    const stream = outputStream(end.command, shell.instance, 'stdout');
    expect((await lastLines(shell.logs, stream, 10)).join('')).toMatch(/^x{24000}end$/);
  });
});
