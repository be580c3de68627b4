import type { ApiRequest, ConnectionDetails, ConnectionView } from '../../shared/api.ts';
import { tokenId, webhookSecretId } from '../../shared/git/secrets.ts';
import { connectionId } from '../../shared/ledger/connections.ts';
import { githubApi } from '../git/hosts/github-api.ts';
import { type Served, serve } from '../git/hosts/server.ts';
import { SECOND, type World, world } from '../git/hosts/world.ts';
import { OUTPUTS } from './support/aws.ts';
import { type Desk, setDesk } from './support/desk.ts';

const ENTRANCE = 'https://a1b2c3.execute-api.us-east-1.amazonaws.com';
const SITE = 'git.localhost/acme/site';
const ID = connectionId(SITE);
const HOOK = `${ENTRANCE}/github/${ID}`;
const [SECRET, TOKEN] = [`pilotage-dev/git/${ID}/webhook`, `pilotage-dev/git/${ID}/token`];
const MANIFEST = `apiVersion: pilotage/v1\nname: acme-site\ntarget: static\nsource: { git: { repository: ${SITE} } }\nbuild: { commands: [[make]], output: public }\n`;

let desk: Desk;
let provider: Served;
let theirs: World;
/** What the api keeps. */
let rows: Map<string, ConnectionView>;
let more: Partial<ConnectionDetails>;

beforeEach(async () => {
  desk = await setDesk();
  desk.files({
    '.local/stack.json': JSON.stringify({
      ...{ url: desk.aws.url, region: 'us-east-1', stage: 'dev', pid: process.pid },
      outputs: { ...OUTPUTS, WebhookUrl: ENTRANCE },
    }),
  });
  theirs = world();
  theirs.files['pilot.yaml'] = MANIFEST;
  provider = await serve(githubApi(theirs));
  rows = new Map();
  more = { operatorFile: 's3://manifests/operator.yaml', allowed: [] };
  desk.aws.api = api;
});
afterEach(async () => {
  await Promise.all([desk.close(), provider.close()]);
});

function api(request: ApiRequest): unknown {
  if (request.action === 'connections') return { ok: true, answer: [...rows.values()] };
  if (!('repository' in request) || request.repository === undefined) throw new Error(`${request.action} is not asked`);
  const { repository } = request;
  const [named] = [...rows.values()].filter((one) => one.repository.endsWith(repository));
  if (request.action === 'connect') {
    const { action: _, requestedBy: by = '', ...kept } = request;
    const before = rows.get(connectionId(repository));
    rows.set(connectionId(repository), {
      ...before,
      ...kept,
      id: connectionId(repository),
      createdAt: '2026-11-21T01:57:15.000Z',
      by,
    });
  }
  const whole = named?.repository ?? repository;
  const id = connectionId(whole);
  const connection = rows.get(id);
  if (request.action === 'disconnect') rows.delete(id);
  return {
    ok: true,
    answer: { id, repository: whole, ...(connection && { connection, removed: connection }), ...more },
  };
}

const elsewhere = () => ['--host', 'git.localhost', '--api', `${provider.origin}/api/v3`];
const connect = (...args: string[]) =>
  desk.type('connect', 'github', 'acme/site', ...elsewhere(), '--pilot', 'acme-site', ...args);
const secretNow = () => desk.aws.secrets.get(SECRET)?.versions[0]?.text ?? '';
const asked = (action: ApiRequest['action']) => desk.aws.asked.filter((one) => one.action === action);
const keep = (name: string, text: string, madeAt = Date.now()) =>
  desk.aws.secrets.set(name, { versions: [{ text, madeAt }] });
/** Spaces that line up are no matter. */
const flat = (text: string) => text.replace(/ +/g, ' ');

describe('webhook connect: a repository', () => {
  it('gets a secret and a row, and people are told what is left to do', async () => {
    const { exit, out } = await connect('--pilot', 'acme-wiki=wiki/pilot.yaml');
    expect(exit).toBe(0);
    expect(secretNow()).toMatch(/^[\w-]{43}$/);
    expect(asked('connect')).toEqual([
      {
        ...{ action: 'connect', provider: 'github', repository: SITE, api: `${provider.origin}/api/v3` },
        pilots: [
          { pilot: 'acme-site', manifest: 'pilot.yaml' },
          { pilot: 'acme-wiki', manifest: 'wiki/pilot.yaml' },
        ],
        requestedBy: expect.stringContaining('@'),
      },
    ]);
    for (const line of [
      `https://${SITE}/settings/hooks/new`,
      ` Payload URL ${HOOK}`,
      ' Content type application/json',
      `secretsmanager get-secret-value --secret-id ${SECRET} --query SecretString --output text`,
      'Pushes, Pull requests',
      `secretsmanager create-secret --name ${TOKEN} --secret-string file://token.txt`,
      'Contents: read; Commit statuses, Deployments and Pull requests: read and write',
      `pilot connect test ${SITE}`,
    ])
      expect(flat(out)).toContain(line);
    expect(provider.asked).toEqual([]);
  });

  it('has the secrets that the functions look for', () => {
    process.env.INSTALLATION = 'pilotage-dev';
    expect([webhookSecretId(ID), tokenId(ID)]).toEqual([SECRET, TOKEN]);
  });

  it('is told the lines for the operator’s file, where that does not allow it everywhere', async () => {
    more.allowed = [
      { pilot: 'acme-site', everywhere: false, environments: ['staging'] },
      { pilot: 'acme-wiki', everywhere: true, environments: [] },
    ];
    const { out } = await connect();
    expect(flat(out)).toContain('in s3://manifests/operator.yaml');
    expect(flat(out)).toContain(`acme-site: # so far: staging\n repositories: [${SITE}]`);
    expect(out).not.toContain('acme-wiki:');
  });

  it('that is connected once more keeps its secret and its API, and without --pilot its pilots', async () => {
    await connect();
    const first = secretNow();
    const { exit, out } = await desk.type('connect', 'github', SITE, '--host', 'git.localhost');
    expect([exit, secretNow()]).toEqual([0, first]);
    expect(out).toContain('the one that was there');
    const [one, two] = asked('connect');
    expect(two).toEqual(one);
    await connect('--pilot', 'other');
    expect(rows.get(ID)?.pilots.map(({ pilot }) => pilot)).toEqual(['acme-site', 'other']);
  });

  it('shows its secret only where that is wished, also to programs', async () => {
    const quiet = await connect('--json');
    expect(JSON.parse(quiet.out)).toMatchObject({
      ...{ ok: true, connection: { id: ID }, token: { secret: TOKEN, presence: 'missing' } },
      webhook: { url: HOOK, contentType: 'application/json', secret: SECRET, secretIs: 'made' },
    });
    for (const told of [quiet, await connect(), await connect('--json')])
      expect(told.out + told.err).not.toContain(secretNow());
    expect(JSON.parse((await connect('--json', '--show-secret')).out).webhook.value).toBe(secretNow());
    expect((await connect('--show-secret')).out).toContain(secretNow());
  });

  it('whose secret is about to be deleted has it brought back', async () => {
    await connect();
    const first = secretNow();
    const known = desk.aws.secrets.get(SECRET);
    if (known) known.deleted = true;
    expect((await connect()).out).toContain('brought back');
    expect([secretNow(), desk.aws.secrets.get(SECRET)?.deleted]).toEqual([first, undefined]);
  });

  it('is not connected by somebody who may not make secrets', async () => {
    desk.aws.trouble = (line) =>
      line.startsWith('CreateSecret') ? { status: 400, code: 'AccessDeniedException' } : undefined;
    const { exit, err } = await connect();
    expect([exit, rows.size]).toEqual([3, 0]);
    expect(err).toContain('ACCESS_DENIED');
    expect(err).toContain('CreateSecret, DescribeSecret');
  });

  it.each([
    ['gitlab', 'acme/web/shop', 'gitlab.com', 'https://gitlab.com/api/v4', 'Push events'],
    ['bitbucket', 'acme/shop', 'bitbucket.org', 'https://api.bitbucket.org/2.0', 'Repository push'],
    ['github', 'acme/shop', 'github.com', 'https://api.github.com', 'Pushes'],
  ])('at %s is reached there', async (name, repository, host, at, events) => {
    const { exit, out } = await desk.type('connect', name, repository, '--pilot', 'acme-shop');
    expect(exit).toBe(0);
    expect(asked('connect')).toMatchObject([{ provider: name, repository: `${host}/${repository}`, api: at }]);
    expect(out).toContain(events);
  });

  it.each([
    ['github', 'https://github.com/acme/other', 'github.com/acme/other', 'https://api.github.com'],
    ['github', 'https://GitHub.com/acme/other.git/', 'github.com/acme/other', 'https://api.github.com'],
    ['github', 'github.com/acme/other.git', 'github.com/acme/other', 'https://api.github.com'],
    ['github', 'git@git.example.com:acme/other.git', 'git.example.com/acme/other', 'https://git.example.com/api/v3'],
    ['gitlab', 'https://gitlab.com/acme/web/other', 'gitlab.com/acme/web/other', 'https://gitlab.com/api/v4'],
  ])('at %s may be named by its address: %s', async (name, copied, repository, at) => {
    expect((await desk.type('connect', name, copied, '--pilot', 'acme-shop')).exit).toBe(0);
    expect(asked('connect')).toMatchObject([{ provider: name, repository, api: at }]);
  });

  it('keeps the pilots that another command leaves out, unless --yes lets go of them', async () => {
    await connect();
    const typed = ['connect', 'github', SITE, '--pilot', 'other=b/pilot.yaml'];
    const { exit, err } = await desk.type(...typed);
    expect([exit, rows.get(ID)?.pilots.length, asked('connect').length]).toEqual([2, 1, 1]);
    expect(err).toContain('acme-site would no longer be deployed');
    const command = `pilot connect github ${SITE}`;
    expect(err).toContain(`${command} --pilot acme-site --pilot other=b/pilot.yaml;`);
    expect(err).toContain(`${command} --pilot other=b/pilot.yaml --yes\n`);
    expect((await desk.type(...typed, '--yes')).exit).toBe(0);
    expect(rows.get(ID)?.pilots).toEqual([{ pilot: 'other', manifest: 'b/pilot.yaml' }]);
  });

  it('at a Bitbucket of one’s own is reached at its host', async () => {
    await desk.type('connect', 'bitbucket-server', 'ACME/shop', '--host', 'git.example.com', '--pilot', 'acme-shop');
    expect(asked('connect')).toMatchObject([
      { repository: 'git.example.com/ACME/shop', api: 'https://git.example.com/rest/api/1.0' },
    ]);
  });

  it('at GitLab may have a key that signs, for the field that takes it', async () => {
    const typed = ['connect', 'gitlab', 'acme/shop', '--pilot', 'acme-shop'];
    expect((await desk.type(...typed, '--signing')).out).toContain('Signing token');
    const [kept] = [...desk.aws.secrets.values()];
    expect(kept?.versions[0]?.text).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await desk.type(...typed)).out).toContain('Signing token');
  });
});

describe('webhook connect: wrong usage', () => {
  it.each([
    ['an address by another protocol', ['github', 'ftp://github.com/acme/shop', '--pilot', 'a']],
    ['an address with a token in it', ['github', 'https://tok@github.com/acme/shop', '--pilot', 'a']],
    ['an address of another provider', ['gitlab', 'https://github.com/acme/shop', '--pilot', 'a']],
    [
      'an address that --host contradicts',
      ['github', 'https://git.example.com/acme/shop', '--pilot', 'a', '--host', 'code.example.com'],
    ],
    ['a repository that leads elsewhere', ['github', 'acme/..', '--pilot', 'a']],
    ['groups at GitHub', ['github', 'acme/web/shop', '--pilot', 'a']],
    ['a pilot’s name with capitals', ['github', 'acme/shop', '--pilot', 'Acme']],
    ['a pilot twice', ['github', 'acme/shop', '--pilot', 'a', '--pilot', 'a']],
    ['a manifest elsewhere', ['github', 'acme/shop', '--pilot', 'a=../pilot.yaml']],
    ['a host that is none', ['github', 'acme/shop', '--pilot', 'a', '--host', 'https://git.example.com']],
    [
      'an API by http',
      ['github', 'acme/shop', '--pilot', 'a', '--host', 'git.example.com', '--api', 'http://git.example.com'],
    ],
    ['an API of somebody else', ['github', 'acme/shop', '--pilot', 'a', '--api', 'https://example.org']],
    ['no host of Bitbucket Data Center', ['bitbucket-server', 'acme/shop', '--pilot', 'a']],
    ['a provider that there is not', ['sourcehut', 'acme/shop', '--pilot', 'a']],
    ['no repository', ['test']],
  ])('%s: ends with 2 and asks nothing', async (_, args) => {
    const { exit, out } = await desk.type('connect', ...args);
    expect([exit, out, desk.aws.log]).toEqual([2, '', []]);
  });

  it('of a provider that there is not names those that there are', async () => {
    const { exit, err } = await desk.type('connect', 'gitea', 'acme/shop');
    expect([exit, err]).toEqual([2, expect.stringContaining('github, gitlab, bitbucket, bitbucket-server;')]);
  });

  it('of another provider’s host names the command that is meant', async () => {
    const { err } = await desk.type('connect', 'gitlab', 'github.com/acme/shop', '--pilot', 'a');
    expect(err).toContain('pilot connect github github.com/acme/shop');
  });

  it('without a pilot nothing is made', async () => {
    const { exit } = await desk.type('connect', 'github', 'acme/site');
    expect([exit, rows.size, desk.aws.secrets.size]).toEqual([2, 0, 0]);
  });

  it('of a stack without an entrance for webhooks ends with 3', async () => {
    desk.files({
      '.local/stack.json': JSON.stringify({
        ...{ url: desk.aws.url, region: 'us-east-1', stage: 'dev', outputs: OUTPUTS, pid: process.pid },
      }),
    });
    expect(await connect()).toMatchObject({ exit: 3, err: expect.stringContaining('WebhookUrl') });
  });
});

describe('webhook connect: --perform', () => {
  it('makes the webhook with the caller’s token, once, and says so', async () => {
    desk.env.GITHUB_TOKEN = 'tok-of-ada';
    for (const exit of [0, 0]) expect((await connect('--perform')).exit).toBe(exit);
    expect(theirs.hooks).toEqual([{ id: '100', url: HOOK, secret: secretNow(), events: ['push', 'pull_request'] }]);
    expect(rows.get(ID)?.hook).toBe('100');
    expect(provider.asked[0]?.headers.authorization).toBe('Bearer tok-of-ada');
    const { out, err } = await connect('--perform', '--json');
    expect(JSON.parse(out).webhook.id).toBe('100');
    for (const secret of ['tok-of-ada', secretNow()]) expect(out + err).not.toContain(secret);
  });

  it('takes the stored token where the caller has none, and makes nothing where there is neither', async () => {
    const without = await connect('--perform');
    expect(without).toMatchObject({ exit: 2, err: expect.stringContaining('GITHUB_TOKEN') });
    expect([rows.size, desk.aws.secrets.size]).toEqual([0, 0]);
    keep(TOKEN, 'tok-that-is-stored\n');
    expect((await connect('--perform')).exit).toBe(0);
    expect(provider.asked[0]?.headers.authorization).toBe('Bearer tok-that-is-stored');
  });

  it('that the provider refuses ends with 1, tells why, and keeps what was made', async () => {
    desk.env.GITHUB_TOKEN = 'tok-of-ada';
    provider.faults.push({ does: { status: 403, body: { message: 'Resource not accessible by tok-of-ada' } } });
    const { exit, err } = await connect('--perform');
    expect([exit, rows.size]).toEqual([1, 1]);
    expect(err).toContain('HOOK_NOT_MADE');
    expect(err).toContain('Webhooks: read and write');
    expect(err).not.toContain('tok-of-ada');
  });
});

describe('webhook connect: --perform on a repository that is not found', () => {
  it('says to see that it is there, or to give a token that may see it', async () => {
    desk.env.GITHUB_TOKEN = 'tok-of-ada';
    provider.faults.push({ does: { status: 404, body: { message: 'Not Found' } } });
    const { exit, err } = await connect('--perform');
    expect([exit, err]).toEqual([1, expect.stringContaining('HOOK_NOT_MADE')]);
    expect(err).toContain(`see that ${SITE} is there`);
    expect(err).toContain('a token that may see it');
    expect(err).not.toContain('the same once more');
  });
});

describe('webhook connect: test', () => {
  const test = async () => {
    const { exit, out } = await desk.type('connect', 'test', 'acme/site', '--json');
    const { checks } = JSON.parse(out) as { checks: { check: string; state: string; says: string; next?: string }[] };
    return { exit, checks, states: Object.fromEntries(checks.map(({ check, state }) => [check, state])) };
  };
  beforeEach(async () => {
    desk.env.GITHUB_TOKEN = 'tok-of-ada';
    await connect('--perform');
    delete desk.env.GITHUB_TOKEN;
    keep(TOKEN, 'tok-that-is-stored');
    more.allowed = [{ pilot: 'acme-site', everywhere: true, environments: [] }];
  });

  it('of a connection that has everything says so, line by line, and ends with 0', async () => {
    more.last = {
      ...{ id: 'x', repository: SITE, ref: { kind: 'branch', name: 'main' }, commit: SECOND, via: 'webhook' },
      ...{ at: '2026-11-21T01:57:15.000Z', state: 'read', outcome: { kind: 'ignored', reason: 'nothing changed' } },
    };
    const { exit, out } = await desk.type('connect', 'test', 'acme/site');
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
    ['its secret', () => desk.aws.secrets.delete(SECRET), 'secret', /pilot connect makes it/],
    ['its token', () => desk.aws.secrets.delete(TOKEN), 'token', /create-secret --name/],
    ['the repository', () => Object.assign(theirs, { isGone: true }), 'repository', /see that git.localhost/],
    ['a commit', () => delete theirs.branches.main, 'repository', /push one/],
    ['the manifest', () => delete theirs.files['pilot.yaml'], 'manifest of acme-site', /push again/],
    [
      'a right manifest',
      () => Object.assign(theirs.files, { 'pilot.yaml': 'name: [' }),
      'manifest of acme-site',
      /push again/,
    ],
    [
      'a manifest of this repository',
      () => Object.assign(theirs.files, { 'pilot.yaml': MANIFEST.replace(SITE, 'github.com/acme/other') }),
      'manifest of acme-site',
      /source.git.repository/,
    ],
    ['the operator’s leave', () => Object.assign(more, { allowed: [] }), 'leave for acme-site', /the operator adds/],
    [
      'that leave where it deploys',
      () => Object.assign(more, { allowed: [{ pilot: 'acme-site', everywhere: false, environments: ['staging'] }] }),
      'leave for acme-site',
      /the operator adds/,
    ],
    ['the webhook', () => theirs.hooks.splice(0), 'webhook', /--perform/],
  ])('says that %s is missing, and what to do next', async (_, spoil, name, next) => {
    spoil();
    const { exit, states, checks } = await test();
    expect([exit, states[name]]).toEqual([1, 'missing']);
    expect(checks.find(({ check }) => check === name)?.next).toMatch(next);
  });

  it('shows what is wrong with a manifest, with its place', async () => {
    theirs.files['pilot.yaml'] = MANIFEST.replace('target: static', 'target: magic');
    const { out } = await desk.type('connect', 'test', 'acme/site');
    expect(out).toMatch(/✖ manifest of acme-site: .*\n {4}pilot\.yaml:3:\d+ MANIFEST_/);
  });

  it('does not call missing what nobody can tell', async () => {
    provider.faults.push({ when: ({ path }) => path.endsWith('/hooks'), does: { status: 404 } });
    const { exit, states } = await test();
    expect([exit, states.webhook, states['last push']]).toEqual([0, 'unknown', 'unknown']);
    expect((await desk.type('connect', 'test', 'acme/site')).out).toContain('? last push: none');
  });

  it('has the caller’s token look where the stored one may not see webhooks', async () => {
    desk.env.GITHUB_TOKEN = 'tok-of-ada';
    provider.faults.push({ when: ({ path }) => path.endsWith('/hooks'), does: { status: 404 } });
    expect((await test()).states.webhook).toBe('ok');
    expect(provider.asked.at(-1)?.headers.authorization).toBe('Bearer tok-of-ada');
  });

  it.each([
    ['that is not there', () => Object.assign(theirs, { isGone: true })],
    ['without a commit', () => delete theirs.branches.main],
    [
      'of which a file cannot be read',
      () => {
        provider.faults.push({ when: ({ path }) => path.includes('/contents/'), does: { status: 403 } });
      },
    ],
  ])('looks at the operator’s leave also of a repository %s', async (_, spoil) => {
    spoil();
    more.allowed = [];
    expect((await test()).states).toMatchObject({ 'leave for acme-site': 'missing', 'last push': 'unknown' });
  });

  it('does not call a manifest missing that cannot be read before the repository can', async () => {
    Object.assign(theirs, { isGone: true });
    const { out } = await desk.type('connect', 'test', 'acme/site');
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
    Object.assign(more, { last });
    const told = await desk.type('connect', 'test', 'acme/site');
    const shown = told.out.slice(told.out.indexOf('last push:') - 2);
    expect([told.exit, shown[0]]).toEqual([exit, sign]);
    expect(shown).toMatch(says);
  });

  it('of a repository that is not connected ends with 2', async () => {
    rows.clear();
    expect((await desk.type('connect', 'test', SITE)).exit).toBe(2);
  });
});

describe('webhook connect: list', () => {
  it('shows each repository with its pilots', async () => {
    expect((await desk.type('connect', 'list')).out).toContain('No repository is connected');
    await connect('--pilot', 'acme-wiki=wiki/pilot.yaml');
    const { out } = await desk.type('connect', 'list');
    expect(flat(out)).toMatch(/^REPOSITORY PILOTS WEBHOOK SINCE BY ID\n/);
    expect(flat(out)).toContain(`${SITE} acme-site acme-wiki=wiki/pilot.yaml by hand 2026-11-21`);
    expect(JSON.parse((await desk.type('connect', 'list', '--json')).out).connections).toMatchObject([
      { id: ID, url: HOOK },
    ]);
  });
});

describe('webhook connect: rotate', () => {
  beforeEach(() => connect());
  const rotate = (...args: string[]) => desk.type('connect', 'rotate', 'acme/site', ...args);
  const later = (hours: number) => {
    for (const version of desk.aws.secrets.get(SECRET)?.versions ?? []) version.madeAt -= hours * 3_600_000;
  };

  it('makes another secret, and says until when the one before counts', async () => {
    const first = secretNow();
    const { exit, out } = await rotate();
    const until = new Date(Date.now() + 24 * 3_600_000).toISOString().slice(0, 13).replace('T', ' ');
    expect([exit, secretNow() === first]).toEqual([0, false]);
    expect(out).toContain(`the one before is taken until ${until}`);
    expect(out).not.toContain(secretNow());
    expect(desk.aws.secrets.get(SECRET)?.versions[1]?.text).toBe(first);
  });

  it('makes no third within a day, for the provider may still have the first; unless it is told to', async () => {
    await rotate();
    const second = secretNow();
    expect((await rotate()).out).toContain('less than a day ago');
    expect(secretNow()).toBe(second);
    await rotate('--again');
    expect(secretNow()).not.toBe(second);
    const third = secretNow();
    later(25);
    await rotate();
    expect(secretNow()).not.toBe(third);
  });

  it('with --perform puts it into the webhook, and goes on where it was cut off', async () => {
    desk.env.GITHUB_TOKEN = 'tok-of-ada';
    provider.faults.push({ does: { status: 422, body: { message: 'Validation Failed' } } });
    const broken = await rotate('--perform');
    expect([broken.exit, broken.err]).toEqual([1, expect.stringContaining('the one before counts until')]);
    const second = secretNow();
    expect((await rotate('--perform')).exit).toBe(0);
    expect(theirs.hooks).toMatchObject([{ url: HOOK, secret: second }]);
    expect(rows.get(ID)?.hook).toBe('100');
  });

  it('without a secret ends with 1 and says what to do', async () => {
    desk.aws.secrets.clear();
    expect(await rotate()).toMatchObject({ exit: 1, err: expect.stringContaining('pilot connect makes it') });
  });
});

describe('webhook connect: remove', () => {
  beforeEach(async () => {
    desk.env.GITHUB_TOKEN = 'tok-of-ada';
    await connect('--perform');
    keep(TOKEN, 'tok-that-is-stored');
  });
  const remove = (...args: string[]) => desk.type('connect', 'remove', 'acme/site', ...args);
  const deleted = () => [...desk.aws.secrets.values()].map((one) => one.deleted ?? false);

  it('without --yes only shows what would be removed', async () => {
    const { exit, out } = await remove('--perform');
    expect([exit, rows.size, theirs.hooks.length, deleted()]).toEqual([1, 1, 1, [false, false]]);
    expect(out).toContain(`pilot connect remove ${SITE} --perform --yes`);
  });

  it('removes the row, then with --perform the webhook, and then the secrets', async () => {
    desk.aws.log.length = 0;
    const { exit } = await remove('--perform', '--yes');
    expect([exit, rows.size, theirs.hooks, deleted()]).toEqual([0, 0, [], [true, true]]);
    const order = desk.aws.log.filter((line) => /disconnect|Delete/.test(line));
    expect(order).toEqual(['invoke disconnect', `DeleteSecret ${SECRET}`, `DeleteSecret ${TOKEN}`]);
  });

  it('without --perform tells where the webhook is to be removed by hand', async () => {
    const { exit, out } = await remove('--yes');
    expect([exit, theirs.hooks.length]).toEqual([0, 1]);
    expect(out).toContain(`by hand: ${HOOK}`);
  });

  it('goes on where it was cut off after the row, and then knows of none', async () => {
    rows.clear();
    expect((await desk.type('connect', 'remove', SITE, '--yes')).exit).toBe(0);
    expect(deleted()).toEqual([true, true]);
    desk.aws.secrets.clear();
    expect((await desk.type('connect', 'remove', SITE, '--yes')).exit).toBe(2);
  });

  it('ends with 1 where the provider keeps the webhook', async () => {
    provider.faults.push({ does: { status: 403, body: { message: 'no' } } });
    const { exit, out } = await remove('--perform', '--yes');
    expect([exit, rows.size]).toEqual([1, 0]);
    expect(out).toContain('could not be removed');
  });
});

describe('webhook connect: help', () => {
  it.each([['github'], ['gitlab'], ['bitbucket'], ['bitbucket-server'], ['list'], ['test'], ['rotate'], ['remove']])(
    'of %s has examples and exit codes',
    async (name) => {
      const { exit, out } = await desk.type('connect', name, '--help');
      expect([exit, out]).toEqual([0, expect.stringMatching(/Examples:\n[\s\S]*Exit codes:/)]);
      expect(out.split('\n').length).toBeLessThan(45);
    },
  );
});
