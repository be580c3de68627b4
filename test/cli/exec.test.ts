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

  it('opens a session on an instance, or runs a command there', async () => {
    desk.aws.api = () => ({ ok: true, answer: { instance: 'i-0abc', region: 'eu-central-1' } });
    await desk.type('exec', 'acme-render');
    await desk.type('exec', 'acme-render', '--', 'cat', "it's");
    const session = 'aws ssm start-session --region eu-central-1 --target i-0abc'.split(' ');
    expect(desk.launched).toEqual([
      session,
      [
        ...[...session, '--document-name', 'AWS-StartInteractiveCommand', '--parameters'],
        JSON.stringify({ command: ["cat 'it'\\''s'"] }),
      ],
    ]);
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

describe('a program in this terminal', () => {
  it('is waited for, and told from one that is not there', async () => {
    expect(await runHere([process.execPath, '-e', 'process.exit(3)'])).toBe(3);
    expect(await runHere(['no-such-program-anywhere'])).toBeUndefined();
  });
});
