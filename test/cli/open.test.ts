import { browserFor, launch } from '../../cli/launch.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
afterAll(() => desk.close());

const url = 'https://acme-site.pilots.example.com';
const answers = (...pilots: object[]) => {
  desk.aws.api = () => ({ ok: true, answer: pilots });
};
const live = {
  pilot: 'acme-site',
  environment: 'production',
  url,
  live: { release: 'r', weights: { r: 100 }, fence: 1 },
};

describe('pilot open', () => {
  beforeEach(() => {
    desk.screen = { isTTY: true };
    desk.launched = [];
    desk.aws.asked.length = 0;
    answers(live);
  });

  it('shows the pilot in the browser, and says where that is', async () => {
    expect(await desk.type('open', 'acme-site')).toMatchObject({ exit: 0, out: `${url}\n` });
    expect(desk.launched).toEqual([['xdg-open', url]]);
    expect(desk.aws.asked).toEqual([{ action: 'status', pilot: 'acme-site', environment: 'production' }]);
  });

  it.each([
    ['it is asked to', ['--print'], true],
    ['a program reads it', [], false],
    ['the answer is JSON', ['--json'], true],
  ])('only prints the address where %s', async (_, args, isTTY) => {
    desk.screen = { isTTY };
    const { exit, out } = await desk.type('open', 'acme-site', ...args);
    expect([exit, out]).toEqual([0, expect.stringContaining(url)]);
    expect(desk.launched).toEqual([]);
  });

  it('says so where there is no browser', async () => {
    desk.launched = undefined;
    const { exit, out, err } = await desk.type('open', 'acme-site');
    expect([exit, out, err]).toEqual([0, `${url}\n`, expect.stringContaining('no browser could be started')]);
  });

  it('opens what may be live though the pointer cannot be read', async () => {
    answers({ ...live, live: undefined, trouble: 'no answer' });
    expect((await desk.type('open', 'acme-site')).exit).toBe(0);
  });

  it.each([
    ['offline', { ...live, live: { weights: {}, fence: 1 } }],
    ['never deployed', { ...live, url: undefined, live: undefined }],
  ])('fails where the pilot is %s', async (_, pilot) => {
    answers(pilot);
    const { exit, err } = await desk.type('open', 'acme-site', '--env', 'staging');
    expect([exit, err]).toEqual([1, expect.stringContaining('NOT_LIVE nothing of acme-site is live in staging')]);
    expect(err).toContain('pilot history acme-site --env staging');
  });
});

describe('the browser', () => {
  it.each([
    ['linux', {}, ['xdg-open']],
    ['darwin', {}, ['open']],
    ['win32', {}, ['cmd', '/c', 'start', '""']],
    ['linux', { BROWSER: 'firefox --new-window' }, ['firefox', '--new-window']],
  ] as const)('on %s with %j is %j', (platform, env, command) => {
    expect(browserFor(platform, env)).toEqual(command);
  });
});

describe('a program that is launched', () => {
  it('is told from one that is not there', async () => {
    expect(await launch([process.execPath, '--version'])).toBe(true);
    expect(await launch(['no-such-program-anywhere'])).toBe(false);
  });
});
