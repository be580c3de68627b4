import { SECOND } from '../../git/hosts/world.ts';
import { connecting, HOOK, ID, MANIFEST, SECRET, SITE, TOKEN } from './connecting.ts';

const here = connecting();

describe('webhook connect: test', () => {
  const test = async () => {
    const { exit, out } = await here.desk.type('connect', 'test', 'acme/site', '--json');
    const { checks } = JSON.parse(out) as { checks: { check: string; state: string; says: string; next?: string }[] };
    return { exit, checks, states: Object.fromEntries(checks.map(({ check, state }) => [check, state])) };
  };
  beforeEach(async () => {
    here.desk.env.GITHUB_TOKEN = 'tok-of-ada';
    await here.connect('--perform');
    delete here.desk.env.GITHUB_TOKEN;
    here.keep(TOKEN, 'tok-that-is-stored');
    here.more.allowed = [{ pilot: 'acme-site', everywhere: true, environments: [] }];
  });

  it('of a connection that has everything says so, line by line, and ends with 0', async () => {
    here.more.last = {
      ...{ id: 'x', repository: SITE, ref: { kind: 'branch', name: 'main' }, commit: SECOND, via: 'webhook' },
      ...{ at: '2026-11-21T01:57:15.000Z', state: 'read', outcome: { kind: 'ignored', reason: 'nothing changed' } },
    };
    const { exit, out } = await here.desk.type('connect', 'test', 'acme/site');
    expect(exit).toBe(0);
    expect(out.trimEnd().split('\n')).toEqual([
      `${SITE} (github, ${ID})`,
      `✔ secret: ${SECRET}`,
      `✔ token: ${TOKEN}`,
      '✔ repository: main is at 222222222222',
      '✔ manifest of acme-site: pilot.yaml: main → production',
      '✔ leave for acme-site: in all environments',
      `✔ webhook: ${HOOK}`,
      '✔ last push: main at 222222222222, 2026-11-21 01:57:15 UTC: ignored: nothing changed',
    ]);
    expect(out).not.toMatch(/tok-that-is-stored/);
  });

  it.each<[string, () => void, string, RegExp]>([
    ['its secret', () => here.desk.aws.secrets.delete(SECRET), 'secret', /pilot connect makes it/],
    ['its token', () => here.desk.aws.secrets.delete(TOKEN), 'token', /create-secret --name/],
    ['the repository', () => Object.assign(here.theirs, { isGone: true }), 'repository', /see that git.localhost/],
    ['a commit', () => delete here.theirs.branches.main, 'repository', /push one/],
    ['the manifest', () => delete here.theirs.files['pilot.yaml'], 'manifest of acme-site', /push again/],
    [
      'a right manifest',
      () => Object.assign(here.theirs.files, { 'pilot.yaml': 'name: [' }),
      'manifest of acme-site',
      /push again/,
    ],
    [
      'a manifest of this repository',
      () => Object.assign(here.theirs.files, { 'pilot.yaml': MANIFEST.replace(SITE, 'github.com/acme/other') }),
      'manifest of acme-site',
      /source.git.repository/,
    ],
    [
      'the operator’s leave',
      () => Object.assign(here.more, { allowed: [] }),
      'leave for acme-site',
      /the operator adds/,
    ],
    [
      'that leave where it deploys',
      () =>
        Object.assign(here.more, { allowed: [{ pilot: 'acme-site', everywhere: false, environments: ['staging'] }] }),
      'leave for acme-site',
      /the operator adds/,
    ],
    ['the webhook', () => here.theirs.hooks.splice(0), 'webhook', /--perform/],
  ])('says that %s is missing, and what to do next', async (_, spoil, name, next) => {
    spoil();
    const { exit, states, checks } = await test();
    expect([exit, states[name]]).toEqual([1, 'missing']);
    expect(checks.find(({ check }) => check === name)?.next).toMatch(next);
  });

  it('shows what is wrong with a manifest, with its place', async () => {
    here.theirs.files['pilot.yaml'] = MANIFEST.replace('target: static', 'target: magic');
    const { out } = await here.desk.type('connect', 'test', 'acme/site');
    expect(out).toMatch(/✖ manifest of acme-site: .*\n {4}pilot\.yaml:3:\d+ MANIFEST_/);
  });

  it('does not call missing what nobody can tell', async () => {
    here.provider.faults.push({ when: ({ path }) => path.endsWith('/hooks'), does: { status: 404 } });
    const { exit, states } = await test();
    expect([exit, states.webhook, states['last push']]).toEqual([0, 'unknown', 'unknown']);
    expect((await here.desk.type('connect', 'test', 'acme/site')).out).toContain('? last push: none');
  });

  it('has the caller’s token look where the stored one may not see webhooks', async () => {
    here.desk.env.GITHUB_TOKEN = 'tok-of-ada';
    here.provider.faults.push({ when: ({ path }) => path.endsWith('/hooks'), does: { status: 404 } });
    expect((await test()).states.webhook).toBe('ok');
    expect(here.provider.asked.at(-1)?.headers.authorization).toBe('Bearer tok-of-ada');
  });

  it.each([
    ['that is not there', () => Object.assign(here.theirs, { isGone: true })],
    ['without a commit', () => delete here.theirs.branches.main],
    [
      'of which a file cannot be read',
      () => {
        here.provider.faults.push({ when: ({ path }) => path.includes('/contents/'), does: { status: 403 } });
      },
    ],
  ])('looks at the operator’s leave also of a repository %s', async (_, spoil) => {
    spoil();
    here.more.allowed = [];
    expect((await test()).states).toMatchObject({ 'leave for acme-site': 'missing', 'last push': 'unknown' });
  });

  it('does not call a manifest missing that cannot be read before the repository can', async () => {
    Object.assign(here.theirs, { isGone: true });
    const { out } = await here.desk.type('connect', 'test', 'acme/site');
    expect(out).toContain('? manifest of acme-site: cannot be read before the repository can\n');
    expect(out).toContain('✔ leave for acme-site: in all environments\n');
  });

  const problem = (code: string) => ({ kind: 'failed', problems: [{ code, message: 'so it is' }] }) as const;
  const deployed = {
    kind: 'deployments',
    deployments: ['acme-site_production_20261121T015715Z-3f9a1c2e4b5d'],
  } as const;
  it.each([
    ['the connection itself failed', problem('CONNECTION_DENIED'), undefined, 1, '✖', /push again/],
    ['a manifest failed', problem('MANIFEST_VALUE'), undefined, 0, '?', /→ pilot pushes git\.localhost/],
    ['a deployment failed', deployed, 'failed', 0, '?', /at Build; .*\n.*→ pilot history acme-site 3f9a1c2e4b5d/],
    ['a deployment went live', deployed, 'succeeded', 0, '✔', /3f9a1c2e4b5d live/],
    ['a deployment runs', deployed, 'running', 0, '✔', /3f9a1c2e4b5d running/],
  ])('of a last push of which %s says so', async (_, outcome, status, exit, sign, says) => {
    const step = status === 'failed' ? { step: 'Build' } : {};
    const last = {
      ...{ id: 'x', repository: SITE, ref: { kind: 'branch', name: 'main' }, commit: SECOND, via: 'webhook' },
      ...{ at: '2026-11-21T01:57:15.000Z', state: 'read', outcome },
      ...(status && { deployments: [{ id: deployed.deployments[0], status, ...step }] }),
    };
    Object.assign(here.more, { last });
    const told = await here.desk.type('connect', 'test', 'acme/site');
    const shown = told.out.slice(told.out.indexOf('last push:') - 2);
    expect([told.exit, shown[0]]).toEqual([exit, sign]);
    expect(shown).toMatch(says);
  });

  it('of a repository that is not connected ends with 2', async () => {
    here.rows.clear();
    expect((await here.desk.type('connect', 'test', SITE)).exit).toBe(2);
  });
});
