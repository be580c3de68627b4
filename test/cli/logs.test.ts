import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
afterAll(() => desk.close());

const line = (second: number, text: string, stream = 'r/app/0123456789abcdef') => ({
  id: `${second} ${text}`,
  at: `2026-11-21T01:57:${String(second).padStart(2, '0')}.000Z`,
  stream,
  text,
});
const answers = (...rounds: object[][]) => {
  desk.aws.asked.length = 0;
  desk.aws.api = () => ({
    ok: true,
    answer: { lines: rounds[Math.min(desk.aws.asked.length, rounds.length) - 1], earlier: false },
  });
};

describe('pilot logs', () => {
  it('shows each line with its time and the end of its task’s name', async () => {
    answers([line(1, 'one'), line(2, 'two', 'r/app/fedcba9876543210')]);
    expect(await desk.type('logs', 'acme-shop')).toMatchObject({
      exit: 0,
      out: '01:57:01 89abcdef  one\n01:57:02 76543210  two\n',
    });
  });

  it('asks for the last hour and 200 lines, unless it is told otherwise', async () => {
    answers([]);
    await desk.type('logs', 'acme-shop');
    await desk.type('logs', 'acme-shop', '--since', '15m', '--lines', '7', '--env', 'staging');
    const [usual, told] = desk.aws.asked as { since: string; most: number; environment?: string }[];
    const ago = (asked?: { since: string }) => Math.round((Date.now() - Date.parse(asked?.since ?? '')) / 60_000);
    expect([ago(usual), usual?.most, usual?.environment]).toEqual([60, 200, undefined]);
    expect([ago(told), told?.most, told?.environment]).toEqual([15, 7, 'staging']);
  });

  it('says so where earlier lines are left out, and how to see them', async () => {
    desk.aws.api = () => ({ ok: true, answer: { lines: [line(1, 'one'), line(2, 'two')], earlier: true } });
    const { out, err } = await desk.type('logs', 'acme-shop', '-n', '2');
    expect(out.split('\n').map((shown) => shown.slice(-3))).toEqual(['one', 'two', '']);
    expect(err).toContain('the latest 2 lines; there are earlier ones: --lines ');
    expect(JSON.parse((await desk.type('logs', 'acme-shop', '--json')).out)).toMatchObject({ earlier: true });
    answers([line(1, 'one')]);
    expect((await desk.type('logs', 'acme-shop')).err).not.toContain('earlier');
  });

  it('says where to look when nothing was logged', async () => {
    answers([]);
    expect(await desk.type('logs', 'acme-shop')).toEqual({ exit: 0, out: '', err: expect.stringContaining('--since') });
  });

  it('gives a program all of it', async () => {
    answers([line(1, 'one')]);
    const { out } = await desk.type('logs', 'acme-shop', '--json');
    expect(JSON.parse(out)).toEqual({ ok: true, lines: [line(1, 'one')], earlier: false });
  });

  it('does not let a line steer the terminal', async () => {
    answers([line(1, '\u001b[2Jgone')]);
    expect((await desk.type('logs', 'acme-shop')).out).toBe('01:57:01 89abcdef  �[2Jgone\n');
  });

  it('shows what comes, each line once, until Ctrl-C', async () => {
    answers([line(1, 'one')], [line(1, 'one'), line(2, 'two')]);
    const { api } = desk.aws;
    desk.aws.api = (request) => {
      if (desk.aws.asked.length === 2) setImmediate(() => desk.signals.emit('SIGINT'));
      return api(request);
    };
    const { exit, out } = await desk.type('logs', 'acme-shop', '--follow');
    expect([exit, out]).toEqual([
      130,
      '01:57:01 89abcdef  one\n01:57:02 76543210  two\n'.replace('76543210', '89abcdef'),
    ]);
    // Whoever follows wants all that comes, and not the end of it.
    expect((desk.aws.asked as { most: number }[]).map(({ most }) => most)).toEqual([200, 10_000]);
    expect(desk.signals.listenerCount('SIGINT')).toBe(0);
  });

  it('is refused where there is nothing to show, and for bad options', async () => {
    desk.aws.api = () => ({ ok: false, code: 'LOGS_NONE', message: 'acme-site has no logs' });
    expect(await desk.type('logs', 'acme-site')).toMatchObject({ exit: 2, err: expect.stringContaining('LOGS_NONE') });
    expect((await desk.type('logs', 'acme-site', '--lines', '0')).exit).toBe(2);
    expect((await desk.type('logs', 'acme-site', '--since', 'yesterday')).exit).toBe(2);
  });
});
