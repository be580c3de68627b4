import type { ApiRequest, PilotStatus } from '../../shared/api.ts';
import { PAGE_LIMIT } from '../../shared/maintenance.ts';
import { ID, NEW, OLD, running, STRAIGHT, succeeded } from './support/deployments.ts';
import { type Desk, manifest, setDesk } from './support/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await setDesk();
});
afterEach(() => desk.close());

const offline = { kind: 'offline', request: 'r', requestedBy: 'ada@laptop' } as const;
const online = { kind: 'online', request: 'r', requestedBy: 'ada@laptop' } as const;
const ended = (trigger: typeof offline | typeof online) => {
  desk.aws.api = ({ action }) => ({
    ok: true,
    answer:
      action === trigger.kind
        ? { deployment: ID, release: OLD }
        : succeeded({ trigger, facts: {}, release: OLD, ending: { status: 'succeeded', serving: null } }),
  });
};
const asked = () => desk.aws.asked as Extract<ApiRequest, { action: 'offline' }>[];

describe('pilot offline', () => {
  it('follows to its end, and says how it comes back', async () => {
    ended(offline);
    const { exit, out } = await desk.type('offline', 'acme-site');
    expect(exit).toBe(0);
    expect(out).toContain(`acme-site goes offline in production; release ${OLD} stays ready\n  as       ${ID}\n`);
    expect(out).toContain('✔ acme-site was taken offline in production');
    expect(out).toContain('→ bring it back: pilot online acme-site\n');
    expect(asked()[0]).toEqual({
      action: 'offline',
      pilot: 'acme-site',
      environment: 'production',
      requestedBy: expect.stringContaining('@'),
      request: expect.stringMatching(/^20\S+Z\/[0-9a-f-]{36}$/),
    });
  });

  it('as JSON tells the deployment and the release that comes back', async () => {
    ended(offline);
    const { exit, out } = await desk.type('offline', 'acme-site', '--no-follow', '--json');
    expect([exit, JSON.parse(out)]).toEqual([
      0,
      { ok: true, deployment: ID, pilot: 'acme-site', environment: 'production', release: OLD },
    ]);
  });

  it.each([
    ['page.html', '\ufeff<h1>Back at four</h1>\n', '<h1>Back at four</h1>'],
    ['page.txt', 'Back at four.\n', 'Back at four.'],
    ['umlaut.html', '<meta charset="utf-8"><p>Zurück um vier</p>', '<meta charset="utf-8"><p>Zurück um vier</p>'],
  ])('sends the message in %s', async (name, content, page) => {
    ended(offline);
    desk.files({ [name]: content });
    expect((await desk.type('offline', 'acme-site', '--message', name, '--no-follow')).exit).toBe(0);
    expect(asked()[0]?.page).toBe(page);
  });

  it.each([
    ['that is not there', 'missing.html', undefined, 'MESSAGE_MISSING'],
    [
      'that is a picture',
      'page.png',
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]),
      'MESSAGE_NOT_TEXT',
    ],
    ['in another encoding', 'latin.html', new Uint8Array([0x3c, 0x70, 0x3e, 0xfc]), 'MESSAGE_NOT_TEXT'],
    ['without text', 'empty.txt', ' \n', 'MESSAGE_EMPTY'],
    ['of too many bytes', 'long.txt', 'x'.repeat(PAGE_LIMIT - 1), 'MESSAGE_TOO_LARGE'],
    ['of far too many', 'longer.txt', 'x'.repeat(100_000), 'MESSAGE_TOO_LARGE'],
    ['whose line breaks are too many', 'lines.txt', `x${'\n'.repeat(PAGE_LIMIT / 2)}x`, 'MESSAGE_TOO_LARGE'],
    ['that does not say its encoding', 'umlaut.txt', 'Zurück um vier', 'MESSAGE_CHARSET'],
  ])('refuses a message %s, before anything is asked', async (_, name, content, code) => {
    if (content !== undefined) desk.files({ [name]: content });
    const { exit, out } = await desk.type('offline', 'acme-site', '--message', name, '--json');
    expect(exit).toBe(2);
    expect(JSON.parse(out).problems).toMatchObject([{ code, place: { file: name } }]);
    expect(desk.aws.log).toEqual([]);
  });

  it('says in its help how large one may be', async () => {
    const { out } = await desk.type('offline', '--help');
    expect(out.match(/960 bytes/g)).toHaveLength(2);
  });

  it('takes the largest message that fits', async () => {
    ended(offline);
    desk.files({ 'most.txt': 'x'.repeat(PAGE_LIMIT - 2) });
    expect((await desk.type('offline', 'acme-site', '--message', 'most.txt', '--no-follow')).exit).toBe(0);
  });
});

describe('pilot online', () => {
  it('follows to its end', async () => {
    ended(online);
    const { exit, out } = await desk.type('online', 'acme-site', '--env', 'staging');
    expect(exit).toBe(0);
    expect(out).toContain(`acme-site comes back online in staging with release ${OLD}`);
    expect(out).toContain('✔ acme-site is online again in production');
    expect(desk.aws.asked[0]).toMatchObject({ action: 'online', pilot: 'acme-site', environment: 'staging' });
  });

  it('of what is online already ends with 2', async () => {
    const message = `acme-site in production is online already: release ${NEW} is live`;
    desk.aws.api = () => ({ ok: false, code: 'ALREADY_ONLINE', message });
    expect(await desk.type('online', 'acme-site')).toMatchObject({ exit: 2, err: expect.stringContaining(message) });
  });

  it('that fails says so, and what is served', async () => {
    const failure = { step: 'Shift', outcome: 'failed', code: 'NOT_HEALTHY', reason: 'no target answers' } as const;
    desk.aws.api = ({ action }) => ({
      ok: true,
      answer:
        action === 'online'
          ? { deployment: ID, release: OLD }
          : succeeded({
              trigger: online,
              status: 'failed',
              failure,
              ending: { status: 'failed', serving: null, failure },
            }),
    });
    const { exit, out } = await desk.type('online', 'acme-site');
    expect(exit).toBe(1);
    expect(out).toContain('✖ acme-site could not be brought back online in production at Shift');
    expect(out).toContain('nothing is live');
  });
});

describe('what is kept offline', () => {
  const kept = { at: '2026-11-21T02:50:11.123Z', by: 'ada@laptop', release: OLD };
  const status: PilotStatus = {
    pilot: 'acme-site',
    environment: 'staging',
    live: { weights: {}, fence: 5 },
    offline: kept,
    last: succeeded({ trigger: offline }),
  };

  it('is so in status, with since when, by whom, and what to do', async () => {
    desk.aws.api = () => ({ ok: true, answer: [status] });
    const { out } = await desk.type('status');
    expect(out.split('\n')[1]).toMatch(/^acme-site {2}staging {6}offline /);
    expect(out).toContain(
      `○ acme-site in staging is offline since 2026-11-21T02:50:11Z by ada@laptop; release ${OLD} goes on running\n` +
        '  → bring it back: pilot online acme-site --env staging\n',
    );
  });

  it('is so in a plan, which a deployment would refuse', async () => {
    desk.files({ 'pilot.yaml': manifest() });
    desk.aws.api = ({ action }) => ({
      ok: true,
      answer: action === 'live' ? { kept: [], offline: kept } : { problems: [] },
    });
    const { exit, out } = await desk.type('plan', 'pilot.yaml', '--live');
    expect(exit).toBe(1);
    expect(out).toContain('PILOT_OFFLINE acme-site is offline since 2026-11-21T02:50:11Z by ada@laptop');
  });

  it('is so where an upload is rejected, with both ways on', async () => {
    const problem = { code: 'PILOT_OFFLINE', message: 'acme-site is offline', hint: 'pilot online acme-site' };
    const failure = { step: 'Queue', outcome: 'refused' as const, problems: [problem] };
    desk.aws.api = ({ action }) => ({
      ok: true,
      answer:
        action === 'retry'
          ? { deployment: ID, of: ID }
          : running(STRAIGHT.slice(0, 2), {
              status: 'rejected',
              failure,
              finishedAt: '2026-11-21T01:57:19.000Z',
              ending: { status: 'rejected', serving: null, failure },
            }),
    });
    const { exit, out } = await desk.type('retry', 'acme-site');
    expect(exit).toBe(2);
    expect(out).toContain('PILOT_OFFLINE acme-site is offline. pilot online acme-site');
    expect(out).not.toContain('correct it and deploy again');
  });

  it('is told by its kind in the history', async () => {
    desk.aws.api = () => ({ ok: true, answer: [succeeded({ trigger: online }), succeeded({ trigger: offline })] });
    const [, first = '', second = ''] = (await desk.type('history', 'acme-site')).out.split('\n');
    expect([first.endsWith('ada@laptop  online'), second.endsWith('ada@laptop  offline')]).toEqual([true, true]);
  });

  it('a rollback goes live all the same where it says so', async () => {
    desk.aws.api = () => ({ ok: true, answer: { deployment: ID, release: OLD } });
    await desk.type('rollback', 'acme-site', '--online', '--no-follow');
    expect(desk.aws.asked[0]).toMatchObject({ action: 'rollback', online: true });
  });
});
