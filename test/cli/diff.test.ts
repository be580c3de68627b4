import { execFileSync } from 'node:child_process';
import type { LiveRelease } from '../../shared/api.ts';
import { resolvedFrom } from '../support/manifest.ts';
import { OLD } from './support/deployments.ts';
import { type Desk, manifest, setDesk } from './support/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await setDesk();
});
afterEach(() => desk.close());

const smallest = { apiVersion: 'pilotage/v1', name: 'acme-site', target: 'static', source: { artifact: 'site.zip' } };
const kept = [{ release: OLD, liveAt: '2026-11-21T01:57:15.000Z', commit: '12e4567' }];

/** The release that is live, as it was written. */
function liveWith(written: object): void {
  const answer: LiveRelease = {
    release: OLD,
    since: '2026-11-21T01:57:15.000Z',
    commit: '12e4567',
    manifest: resolvedFrom({ ...smallest, ...written }),
    kept,
  };
  desk.aws.api = () => ({ ok: true, answer });
}

describe('pilot diff', () => {
  it('shows each key that differs, as one would write it, with both sides', async () => {
    liveWith({
      owner: 'web@example.com',
      rollout: { steps: [100] },
      retention: { releases: 5 },
      static: { index: 'home.html' },
    });
    desk.files({
      'pilot.yaml': manifest(
        'rollout: { steps: [10, 100], bake: 5m }\nstatic: { notFound: 404.html, index: home.html }\n',
      ),
    });
    const { exit, out } = await desk.type('diff', '.');
    expect(exit).toBe(0);
    expect(out).toBe(`acme-site in production
  live  ${OLD}, since 2026-11-21 01:57 UTC, commit 12e4567
  here  pilot.yaml

  + static.notFound  404.html
  ~ rollout.steps    [100] → [10, 100]
  ~ rollout.bake     0s → 5m
  - owner            web@example.com

4 keys differ.
`);
    expect(desk.aws.asked).toEqual([{ action: 'live', pilot: 'acme-site', environment: 'production' }]);
  });

  it('says so when nothing differs, however it is written', async () => {
    liveWith({ rollout: { bake: '90s' } });
    desk.files({ 'pilot.yaml': manifest('# as JSON would be\nrollout: {"bake": "90s", steps: [ 100 ]}\n') });
    const { exit, out } = await desk.type('diff', '.', '--exit-code');
    expect([exit, out.split('\n').at(-2)]).toEqual([0, 'Nothing differs.']);
  });

  it('ends with 1 for --exit-code, and with 0 without, when something does', async () => {
    liveWith({});
    desk.files({ 'pilot.yaml': manifest('owner: ada\n') });
    expect((await desk.type('diff', '.', '--exit-code')).exit).toBe(1);
    expect((await desk.type('diff', '.')).exit).toBe(0);
  });

  it('as JSON tells the values themselves', async () => {
    liveWith({});
    desk.files({ 'pilot.yaml': manifest('rollout: { bake: 5m }\n') });
    const { out } = await desk.type('diff', '.', '--json');
    expect(JSON.parse(out)).toEqual({
      ok: true,
      pilot: 'acme-site',
      environment: 'production',
      live: { release: OLD, since: '2026-11-21T01:57:15.000Z', commit: '12e4567' },
      here: { file: 'pilot.yaml' },
      differs: true,
      changes: [{ path: 'rollout.bake', change: 'changed', before: 0, after: 300 }],
    });
  });

  it('compares the environment that is asked for', async () => {
    liveWith({});
    desk.files({ 'pilot.yaml': manifest('environments: { staging: { owner: ada } }\n') });
    const { out } = await desk.type('diff', '.', '--env', 'staging');
    expect(out).toContain('  + owner  ada\n');
    expect(desk.aws.asked).toEqual([{ action: 'live', pilot: 'acme-site', environment: 'staging' }]);
  });

  it('of a server shows references as references, lists item by item, and text as text', async () => {
    const server = { target: 'ecs', source: { image: 'acme:1' } };
    const hooks = [{ url: 'https://hooks.example.com/a', secret: 'secret:hook' }];
    liveWith({
      ...server,
      secrets: { SMTP: 'secret:smtp' },
      config: { values: { PORT: 80, TEXT: 'one\ntwo' } },
      notifications: { webhooks: hooks },
    });
    const now = {
      ...smallest,
      ...server,
      secrets: { SMTP: 'secret:mail#password', NEW: 'ssm:new' },
      config: { values: { PORT: '80', TEXT: 'one\nthree' } },
      notifications: { webhooks: [{ ...hooks[0], secret: 'secret:other' }, ...hooks] },
    };
    desk.files({ 'pilot.yaml': JSON.stringify(now) });
    const { out } = await desk.type('diff', '.');
    expect(out.split('\n').filter((line) => /^ {2}[-+~]/.test(line))).toEqual([
      '  ~ config.values.PORT                80 → "80"',
      '  ~ config.values.TEXT                one two → one three',
      '  ~ secrets.SMTP                      secret:smtp → secret:mail#password',
      '  + secrets.NEW                       ssm:new',
      '  ~ notifications.webhooks[0].secret  secret:hook → secret:other',
      '  + notifications.webhooks[1].url     https://hooks.example.com/a',
      '  + notifications.webhooks[1].secret  secret:hook',
    ]);
  });

  it('finds nothing in a text of several lines that is the same', async () => {
    const values = { config: { values: { TEXT: 'one\ntwo' } }, target: 'ecs', source: { image: 'acme:1' } };
    liveWith(values);
    desk.files({ 'pilot.yaml': JSON.stringify({ ...smallest, ...values }) });
    expect((await desk.type('diff', '.')).out).toContain('\nNothing differs.\n');
  });

  it('with nothing live shows all of it as new', async () => {
    desk.aws.api = () => ({ ok: true, answer: { kept: [] } });
    desk.files({ 'pilot.yaml': manifest() });
    const { exit, out } = await desk.type('diff', '.', '--exit-code');
    expect([exit, out]).toEqual([1, expect.stringContaining('  live  nothing\n')]);
    expect(out).toContain('  + rollout.bake         0s\n');
    expect(out).toContain('\nNothing is live, so all of it is new.\n');
    expect(JSON.parse((await desk.type('diff', '.', '--json')).out)).toMatchObject({ live: null, differs: true });
  });

  it('says of a git checkout which commit it is at, or that it holds more', async () => {
    liveWith({});
    desk.files({ 'pilot.yaml': manifest(), '.gitignore': '.local\n' });
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', desk.folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'all of it');
    const { here } = JSON.parse((await desk.type('diff', '.', '--json')).out);
    expect(here).toEqual({ file: 'pilot.yaml', commit: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect((await desk.type('diff', '.')).out).toContain(`  here  pilot.yaml, commit ${here.commit.slice(0, 12)}\n`);
    desk.files({ 'more.txt': 'x' });
    expect((await desk.type('diff', '.')).out).toContain('  here  pilot.yaml, with changes that no commit holds\n');
  });

  it('says so when the live manifest was not kept', async () => {
    desk.aws.api = () => ({ ok: true, answer: { release: OLD, kept } });
    desk.files({ 'pilot.yaml': manifest() });
    const { exit, err } = await desk.type('diff', '.');
    expect([exit, err]).toEqual([1, expect.stringMatching(/MANIFEST_NOT_KEPT .*\n {2}→ deploy it once more/)]);
  });

  it('of a manifest that is wrong asks nobody', async () => {
    desk.files({ 'pilot.yaml': manifest('ownr: x\n') });
    expect((await desk.type('diff', '.')).exit).toBe(2);
    expect(desk.aws.asked).toEqual([]);
  });
});
