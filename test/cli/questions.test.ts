import type { ApiRequest, PilotStatus } from '../../shared/api.ts';
import { failed, ID, NEW, OLD, running, succeeded } from './support/deployments.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await setDesk();
});
afterEach(() => desk.close());

const answers = (answer: unknown) => {
  desk.aws.api = () => ({ ok: true, answer });
};
const refuses = (code: string, message: string, expected: string) => {
  desk.aws.api = () => ({ ok: false, code, message, expected });
};

describe('pilot status', () => {
  const pilots: PilotStatus[] = [
    {
      pilot: 'acme-site',
      environment: 'production',
      url: 'https://acme-site.pilots.example.com',
      live: { release: OLD, weights: { [OLD]: 100 }, fence: 3 },
      last: failed(),
    },
    {
      pilot: 'beta',
      environment: 'staging',
      live: { release: OLD, weights: { [OLD]: 90, [NEW]: 10 }, fence: 4 },
      last: running(['Validate', 'Shift']),
    },
    { pilot: 'gamma', environment: 'production', live: { weights: {}, fence: 5 }, trouble: 'the key is malformed' },
  ];

  it('shows what the pointers say, what runs, and what went wrong', async () => {
    answers(pilots);
    const { exit, out } = await desk.type('status');
    expect(exit).toBe(0);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^PILOT {6}ENVIRONMENT {2}LIVE RELEASE .* LAST DEPLOYMENT .* URL$/);
    expect(lines[1]).toMatch(/^acme-site {2}production {3}a{20} .* failed at Verify \d+ \w+ ago +https:/);
    expect(lines[2]).toMatch(/^beta {7}staging {6}a{20} 90 %, b{20} 10 % {2}at Shift for 2 s$/);
    expect(lines[3]).toMatch(/^gamma {6}production {3}unknown +none$/);
    expect(lines[4]).toBe('✖ acme-site in production, last deployment: VERIFY_INCOMPLETE index.html is missing');
    expect(lines[5]).toBe('✖ gamma in production: the key is malformed');
  });

  it('shows what the last deployment warned of', async () => {
    const last = succeeded({ warnings: { Revert: 'the migration of release 2 was not taken back' } });
    answers([{ pilot: 'acme-site', environment: 'production', last }]);
    const { exit, out } = await desk.type('status');
    expect(exit).toBe(0);
    expect(out.split('\n')[2]).toBe(
      '⚠ the migration of release 2 was not taken back (acme-site in production, last deployment)',
    );
  });

  it('as JSON is what the api says', async () => {
    answers(pilots);
    const { out } = await desk.type('status', '--json');
    expect(JSON.parse(out)).toEqual({ ok: true, pilots });
  });

  it('asks for one pilot and environment where they are named', async () => {
    answers([]);
    await desk.type('status', 'acme-site', '--env', 'staging');
    await desk.type('status');
    expect(desk.aws.asked).toEqual([
      { action: 'status', pilot: 'acme-site', environment: 'staging' },
      { action: 'status' },
    ]);
  });

  it('of nothing says how to begin', async () => {
    answers([]);
    expect((await desk.type('status')).out).toContain('No pilot was deployed so far.\n  → deploy one: pilot deploy');
  });

  it('of nothing keeps the environment that was asked for', async () => {
    answers([]);
    expect((await desk.type('status', '--env', 'staging')).out).toMatch(/pilot deploy \S+ --env staging\n$/);
  });

  it('of a pilot that does not exist ends with 2 and the names that do', async () => {
    refuses('PILOT_UNKNOWN', 'no pilot is named acme-sit', 'one of acme-site, beta');
    const { exit, err } = await desk.type('status', 'acme-sit');
    expect([exit, err.split('\n')[1]]).toEqual([
      2,
      'PILOT_UNKNOWN no pilot is named acme-sit (expected one of acme-site, beta)',
    ]);
  });
});

describe('pilot history', () => {
  it('shows each deployment in a line', async () => {
    answers([failed(), succeeded({ commit: '12e4567890abcdef', trigger: { ...upload, requestedBy: 'ada@laptop' } })]);
    const lines = (await desk.type('history', 'acme-site')).out.split('\n');
    expect(lines[1]).toMatch(
      /^2026-11-21 01:57:15 {2}3f9a1c2e4b5d {2}failed +b{20} {2}8 s +upload, Verify: VERIFY_INCOMPLETE index/,
    );
    expect(lines[2]).toMatch(
      /^2026-11-21 01:57:15 {2}3f9a1c2e4b5d {2}succeeded {2}b{20} {2}8 s {3}ada@laptop {2}upload of 12e4567890ab$/,
    );
    expect(desk.aws.asked).toEqual([{ action: 'history', pilot: 'acme-site', most: 20 }]);
  });

  it('tells of a failure its code and the first words: the id leads to all of it', async () => {
    const reason = 'it ended with exit code 3; pilot migrate acme-site shows it; its last lines: one | two';
    answers([failed({ failure: { step: 'Migrate', outcome: 'failed', code: 'MIGRATION_FAILED', reason } })]);
    const [, line = ''] = (await desk.type('history', 'acme-site')).out.split('\n');
    expect(line).toMatch(/upload, Migrate: MIGRATION_FAILED it ended with exit code 3$/);
  });

  it('tells what was warned of, and what changed although the release was live already', async () => {
    const warnings = { Revert: 'it was not taken back' };
    const facts = { stack: 'changed (1 resource changed)' };
    answers([succeeded({ warnings }), succeeded({ alreadyLive: true, facts })]);
    const lines = (await desk.type('history', 'acme-site')).out.split('\n');
    expect(lines[1]).toMatch(/upload; ⚠ it was not taken back$/);
    expect(lines[2]).toMatch(/upload, already live; the stack was changed \(1 resource changed\)$/);
  });

  it('of one deployment shows each step, its sign, and the end', async () => {
    answers(succeeded({ warnings: { Finish: 'it runs on' } }));
    const { exit, out } = await desk.type('history', 'acme-site', ID);
    expect([exit, desk.aws.asked]).toEqual([0, [{ action: 'deployment', id: ID }]]);
    const lines = out.split('\n');
    expect(lines[0]).toBe('asked for at 2026-11-21 01:57:15Z, upload');
    expect(lines[1]).toBe('01:57:16Z ✔ Validate  1 s');
    expect(lines[6]).toBe('01:57:21Z ⚠ Finish    1 s');
    expect(lines.slice(8, 10)).toEqual(['✔ acme-site is live in production · 8 s', '  ⚠ it runs on']);
  });

  it('puts a link of what changed on a line of its own, at the end', async () => {
    const log = 'https://us-east-1.console.aws.amazon.com/cloudwatch/home#logsV2';
    answers(succeeded({ facts: { migrationLog: log, stack: 'changed' } }));
    const lines = (await desk.type('history', 'acme-site', ID)).out.trimEnd().split('\n');
    expect(lines).toContain('  changed  stack: changed');
    expect(lines.at(-1)).toBe(`  migration log ${log}`);
  });

  it('of one that runs shows where it is', async () => {
    answers(running(['Validate', 'Queue'], { progress: 'looking' }));
    expect((await desk.type('history', 'acme-site', ID)).out).toContain('01:57:17Z … Queue     looking\n');
  });

  it.each(['3f9a1c2e4b5d', '3f9a'])('finds one by the last part of its id: %s', async (part) => {
    const other = running([], { id: ID.replace('3f9a1c2e4b5d', 'aaaa1c2e4b5d') });
    desk.aws.api = ({ action }) => ({ ok: true, answer: action === 'history' ? [other, running([])] : succeeded() });
    expect((await desk.type('history', 'acme-site', part, '--env', 'production')).exit).toBe(0);
    expect(desk.aws.asked).toEqual([
      { action: 'history', pilot: 'acme-site', environment: 'production', most: 100 },
      { action: 'deployment', id: ID },
    ]);
  });

  it('takes no part that several have, or none', async () => {
    const other = running([], { id: ID.replace('3f9a1c2e4b5d', '3f9affffffff') });
    answers([other, running([])]);
    const several = await desk.type('history', 'acme-site', '3f9a');
    expect([several.exit, several.err]).toEqual([2, expect.stringContaining('one of 3f9affffffff, 3f9a1c2e4b5d')]);
    expect((await desk.type('history', 'acme-site', 'bbbb')).err).toContain('DEPLOYMENT_UNKNOWN none of the last 100');
  });

  it('of another pilot’s deployment ends with 2, and asks nobody', async () => {
    const { exit, err } = await desk.type('history', 'other', ID);
    expect([exit, err.includes(`DEPLOYMENT_UNKNOWN ${ID} is no deployment of other`)]).toEqual([2, true]);
    expect(desk.aws.asked).toEqual([]);
  });

  it('cuts its lines at the width of a terminal, and never in a pipe', async () => {
    answers([failed()]);
    const whole = (await desk.type('history', 'acme-site')).out.split('\n')[1] ?? '';
    desk.screen = { isTTY: true, columns: 80 };
    const cut = (await desk.type('history', 'acme-site')).out.split('\n')[1] ?? '';
    expect([whole.length > 80, cut]).toEqual([true, `${whole.slice(0, 79)}…`]);
  });

  const upload = { kind: 'upload', bucket: 'b', key: 'k', version: 'v' } as const;

  it('of an environment that the pilot is not in says how to choose another', async () => {
    refuses('ENVIRONMENT_UNKNOWN', 'acme-site was never deployed to production', 'one of staging');
    const { exit, err } = await desk.type('history', 'acme-site');
    expect(exit).toBe(2);
    expect(err).toContain('(expected one of staging)\n  → choose it with --env\n');
  });
});

describe('pilot rollback', () => {
  it('asks once, keeps its request over retries, and says what it goes back to', async () => {
    let cuts = 1;
    desk.aws.trouble = (line) => (line === 'invoke rollback' && cuts-- > 0 ? 'cut' : undefined);
    answers({ deployment: ID, release: OLD });
    const { exit, out } = await desk.type('rollback', 'acme-site', 'aaaa', '--no-follow');
    expect(exit).toBe(0);
    expect(out).toContain(`acme-site in production goes back to release ${OLD}\n  as       ${ID}\n`);
    expect(desk.aws.log.filter((line) => line === 'invoke rollback')).toHaveLength(2);
    const [asked] = desk.aws.asked as Extract<ApiRequest, { action: 'rollback' }>[];
    expect(asked).toMatchObject({ pilot: 'acme-site', environment: 'production', release: 'aaaa' });
    expect(asked?.request).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\/[0-9a-f-]{36}$/);
  });

  it('follows to its end', async () => {
    const trigger = { kind: 'rollback', release: OLD, request: 'r' } as const;
    desk.aws.api = ({ action }) => ({
      ok: true,
      answer: action === 'rollback' ? { deployment: ID, release: OLD } : succeeded({ trigger }),
    });
    const { exit, out } = await desk.type('rollback', 'acme-site', '--follow');
    expect([exit, out.includes('✔ acme-site is rolled back in production')]).toEqual([0, true]);
  });

  it('ends with 0 where the traffic is back and a migration is not, and warns of that', async () => {
    const trigger = { kind: 'rollback', release: OLD, request: 'r' } as const;
    const warnings = { Revert: 'the migration of release 2 was not taken back' };
    desk.aws.api = ({ action }) => ({
      ok: true,
      answer: action === 'rollback' ? { deployment: ID, release: OLD } : succeeded({ trigger, warnings }),
    });
    const { exit, out } = await desk.type('rollback', 'acme-site');
    expect(exit).toBe(0);
    expect(out).toMatch(
      /✔ acme-site is rolled back in production.*\n {2}⚠ the migration of release 2 was not taken back\n/,
    );
  });

  it('to a release that is not kept ends with 2 and those that are', async () => {
    refuses('RELEASE_UNKNOWN', 'no release cccc of acme-site in production is kept', `one of ${NEW} (live), ${OLD}`);
    const { exit, err } = await desk.type('rollback', 'acme-site', 'cccc');
    expect([exit, err.includes(`(expected one of ${NEW} (live), ${OLD})`)]).toEqual([2, true]);
  });
});

describe('pilot cancel', () => {
  const cancelled = (status: 'cancelled' | 'succeeded') => {
    desk.aws.api = ({ action }) => ({
      ok: true,
      answer: action === 'cancel' ? { deployment: ID, step: 'Shift' } : succeeded({ status }),
    });
  };

  it('ends with 0 when it was given up, and with 1 when it went live all the same', async () => {
    cancelled('cancelled');
    const given = await desk.type('cancel', 'acme-site');
    expect([given.exit, given.out]).toEqual([0, expect.stringContaining('acme-site was cancelled in production')]);
    expect(given.out).toContain('→ do it after all: pilot retry acme-site\n');
    cancelled('succeeded');
    expect((await desk.type('cancel', 'acme-site')).exit).toBe(1);
  });

  it('of what is over says how it ended', async () => {
    refuses('CANNOT_CANCEL', `${ID} is over: it failed`, 'a running deployment');
    expect(await desk.type('cancel', 'acme-site')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('it failed'),
    });
  });
});

describe('pilot retry', () => {
  it('says what it does once more, and follows it', async () => {
    const OTHER = ID.replace('3f9a', '0000');
    desk.aws.api = ({ action }) => ({
      ok: true,
      answer: action === 'retry' ? { deployment: ID, of: OTHER } : succeeded(),
    });
    const { exit, out } = await desk.type('retry', 'acme-site', OTHER);
    expect(exit).toBe(0);
    expect(out).toContain(`is tried once more\n  after    ${OTHER}\n  as       ${ID}\n`);
    expect(desk.aws.asked[0]).toMatchObject({ action: 'retry', deployment: OTHER, request: expect.any(String) });
    desk.aws.api = ({ action }) =>
      action === 'history' ? { ok: true, answer: [running([])] } : { ok: false, code: 'NOTHING_TO_DO', message: '' };
    for (const command of ['retry', 'cancel']) {
      await desk.type(command, 'acme-site', '3f9a');
      expect(desk.aws.asked.at(-1)).toMatchObject({ action: command, deployment: ID });
    }
  });
});
