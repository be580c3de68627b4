import { runHere } from '../../cli/launch.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
beforeEach(() => {
  desk.launched = [];
  desk.runs = 0;
  desk.aws.asked.length = 0;
  desk.aws.api = () => ({ ok: true, answer: SHELL });
});
afterAll(() => desk.close());

const SHELL = { cluster: 'acme-shop-production', task: '0123abcd', container: 'app', region: 'eu-central-1' };
const INSTANCE = { instance: 'i-0abc', region: 'eu-central-1' };
const ENTERING =
  'aws ecs execute-command --region eu-central-1 --cluster acme-shop-production --task 0123abcd --container app --interactive --command';

describe('pilot exec', () => {
  it('opens a shell in a task of what is live', async () => {
    expect((await desk.type('exec', 'acme-shop', '--env', 'staging')).exit).toBe(0);
    expect(desk.launched).toEqual([[...ENTERING.split(' '), '/bin/sh']]);
    expect(desk.aws.asked).toEqual([{ action: 'shell', pilot: 'acme-shop', environment: 'staging' }]);
  });

  it('runs a command there, each word as it was typed', async () => {
    await desk.type('exec', 'acme-shop', '--', 'node', 'a b.js', "it's", '--last');
    expect(desk.launched?.[0]?.at(-1)).toBe(`node 'a b.js' 'it'\\''s' --last`);
  });

  it('opens a session on an instance', async () => {
    desk.aws.api = () => ({ ok: true, answer: INSTANCE });
    await desk.type('exec', 'acme-render');
    expect(desk.launched).toEqual(['aws ssm start-session --region eu-central-1 --target i-0abc'.split(' ')]);
  });

  it('ends as that ended', async () => {
    desk.runs = 7;
    expect((await desk.type('exec', 'acme-shop')).exit).toBe(1);
  });

  it('tells a program what it would run', async () => {
    const { out } = await desk.type('exec', 'acme-shop', '--json');
    expect(JSON.parse(out).command.slice(0, 3)).toEqual(['aws', 'ecs', 'execute-command']);
    expect(desk.launched).toEqual([]);
  });

  it('says what to install where the AWS CLI is missing, and what to type elsewhere', async () => {
    desk.runs = undefined;
    const { exit, err } = await desk.type('exec', 'acme-shop');
    expect([exit, err]).toEqual([2, expect.stringContaining('AWS_CLI_MISSING')]);
    expect(err).toContain(ENTERING);
  });

  it('is refused where there is nothing to enter', async () => {
    desk.aws.api = () => ({ ok: false, code: 'NO_SHELL', message: 'there is nothing to enter' });
    expect(await desk.type('exec', 'acme-site')).toMatchObject({ exit: 2, err: expect.stringContaining('NO_SHELL') });
  });
});

describe('pilot exec of a command on an instance', () => {
  const over = { status: 'Success', isOver: true, exitCode: 0, stdout: '', stderr: '', cut: [] };
  const pending = { status: 'Pending', isOver: false };
  /** Lets the command fare so, one look after the other. */
  const fares = (...looks: (object | Error)[]) => {
    let look = 0;
    desk.aws.api = ({ action }) => {
      if (action === 'shell') return { ok: true, answer: INSTANCE };
      if (action === 'run') return { ok: true, answer: { instance: 'i-0abc', command: '0123', logs: '/pilots/x' } };
      look += 1;
      const now = looks[Math.min(look, looks.length) - 1];
      return now instanceof Error ? now : 'ok' in Object(now) ? now : { ok: true, answer: now };
    };
  };
  afterEach(() => {
    desk.screen = {};
  });

  it('shows what it wrote, as it is, and ends with its exit code', async () => {
    fares(pending, { ...over, status: 'Failed', exitCode: 7, stdout: ' a\tb\n\u001b[1mc', stderr: 'no\n' });
    const { exit, out, err } = await desk.type('exec', 'acme-render', '--env', 'staging', '--', 'cat', "it's");
    expect([exit, out, err]).toEqual([
      7,
      ' a\tb\n\u001b[1mc',
      expect.stringMatching(/running on i-0abc, as 0123\nno\n$/),
    ]);
    const [, run, first] = desk.aws.asked;
    const whose = { pilot: 'acme-render', environment: 'staging' };
    const request = expect.stringMatching(/^\d{4}-.*Z\/[0-9a-f-]{36}$/);
    const sent = { command: ['cat', "it's"], seconds: 3_600, requestedBy: expect.any(String), request };
    expect(run).toEqual({ action: 'run', ...whose, ...sent });
    expect(first).toEqual({ action: 'ran', ...whose, request: Object(run).request });
    expect(desk.launched).toEqual([]);
  });

  it('does not let it steer the terminal', async () => {
    desk.screen = { isTTY: true };
    fares({ ...over, stdout: '\u001b[2Jgone\tit is\n', stderr: '\u001b[2J\n' });
    const { out, err } = await desk.type('exec', 'acme-render', '--', 'ls');
    expect([out, err.split('0123')[1]]).toEqual(['�[2Jgone\tit is\n', '\n�[2J\n']);
  });

  it('tells a program all of it', async () => {
    fares({ ...over, stdout: 'a\n' });
    const { exit, out } = await desk.type('exec', 'acme-render', '--json', '--', 'ls');
    expect([exit, JSON.parse(out)]).toEqual([
      0,
      { ok: true, status: 'Success', exitCode: 0, stdout: 'a\n', stderr: '' },
    ]);
  });

  it('says where all of a long output is, and looks once more for its end', async () => {
    fares({ ...over, cut: ['stdout'], stdout: 'the beginning' }, { ...over, cut: ['stdout'], stdout: 'the end' });
    const { out, err } = await desk.type('exec', 'acme-render', '--', 'ls');
    expect(out).toBe('the end');
    expect(err).toContain('only a part of stdout is shown; all of it is in the log group /pilots/x, below 0123/');
  });

  it('says so where it did not end by itself', async () => {
    const { exitCode: _, ...unended } = over;
    fares({ ...unended, status: 'ExecutionTimedOut' });
    const typed = await desk.type('exec', 'acme-render', '--timeout', '5s', '--', 'sleep', '9');
    expect([typed.exit, typed.err]).toEqual([1, expect.stringContaining('did not end by itself: ExecutionTimedOut')]);
    expect(desk.aws.asked[1]).toMatchObject({ seconds: 5 });
  });

  it('goes on there after Ctrl-C', async () => {
    fares(pending);
    const { api } = desk.aws;
    desk.aws.api = (request) => {
      if (request.action === 'ran') setImmediate(() => desk.signals.emit('SIGINT'));
      return api(request);
    };
    const { exit, out } = await desk.type('exec', 'acme-render', '--', 'sleep', '9');
    expect([exit, out]).toEqual([130, expect.stringContaining('The command goes on')]);
    expect(desk.signals.listenerCount('SIGINT')).toBe(0);
  });

  it('outlives a look that goes wrong, and is not sent again', async () => {
    fares(new Error('a bad moment'), over);
    expect((await desk.type('exec', 'acme-render', '--', 'ls')).exit).toBe(0);
    expect(desk.aws.asked.filter(({ action }) => action === 'run')).toHaveLength(1);
  });

  it('is refused where it cannot be sent', async () => {
    fares(over);
    const { api } = desk.aws;
    const refusal = { ok: false, code: 'INSTANCE_UNREACHABLE', message: 'Systems Manager does not reach i-0abc' };
    desk.aws.api = (request) => (request.action === 'run' ? refusal : api(request));
    const { exit, err } = await desk.type('exec', 'acme-render', '--', 'ls');
    expect([exit, err]).toEqual([2, expect.stringContaining('INSTANCE_UNREACHABLE')]);
  });
});

describe('a program in this terminal', () => {
  it('is waited for, and told from one that is not there', async () => {
    expect(await runHere([process.execPath, '-e', 'process.exit(3)'])).toBe(3);
    expect(await runHere(['no-such-program-anywhere'])).toBeUndefined();
  });
});
