import { tokenId, webhookSecretId } from '../../../shared/git/secrets.ts';
import { OUTPUTS } from '../support/aws.ts';
import { connecting, HOOK, ID, SECRET, SITE, TOKEN } from './connecting.ts';

const here = connecting();
/** Spaces that line up are no matter. */
const flat = (text: string) => text.replace(/ +/g, ' ');

describe('webhook connect: a repository', () => {
  it('gets a secret and a row, and people are told what is left to do', async () => {
    const { exit, out } = await here.connect('--pilot', 'acme-wiki=wiki/pilot.yaml');
    expect(exit).toBe(0);
    expect(here.secretNow()).toMatch(/^[\w-]{43}$/);
    expect(here.asked('connect')).toEqual([
      {
        ...{ action: 'connect', provider: 'github', repository: SITE, api: `${here.provider.origin}/api/v3` },
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
    expect(here.provider.asked).toEqual([]);
  });

  it('has the secrets that the functions look for', () => {
    process.env.INSTALLATION = 'pilotage-dev';
    expect([webhookSecretId(ID), tokenId(ID)]).toEqual([SECRET, TOKEN]);
  });

  it('is told the lines for the operator’s file, where that does not allow it everywhere', async () => {
    here.more.allowed = [
      { pilot: 'acme-site', everywhere: false, environments: ['staging'] },
      { pilot: 'acme-wiki', everywhere: true, environments: [] },
    ];
    const { out } = await here.connect();
    expect(flat(out)).toContain('in s3://manifests/operator.yaml');
    expect(flat(out)).toContain(`acme-site: # so far: staging\n repositories: [${SITE}]`);
    expect(out).not.toContain('acme-wiki:');
  });

  it('that is connected once more keeps its secret and its API, and without --pilot its pilots', async () => {
    await here.connect();
    const first = here.secretNow();
    const { exit, out } = await here.desk.type('connect', 'github', SITE, '--host', 'git.localhost');
    expect([exit, here.secretNow()]).toEqual([0, first]);
    expect(out).toContain('the one that was there');
    const [one, two] = here.asked('connect');
    expect(two).toEqual(one);
    await here.connect('--pilot', 'other');
    expect(here.rows.get(ID)?.pilots.map(({ pilot }) => pilot)).toEqual(['acme-site', 'other']);
  });

  it('shows its secret only where that is wished, also to programs', async () => {
    const quiet = await here.connect('--json');
    expect(JSON.parse(quiet.out)).toMatchObject({
      ...{ ok: true, connection: { id: ID }, token: { secret: TOKEN, presence: 'missing' } },
      webhook: { url: HOOK, contentType: 'application/json', secret: SECRET, secretIs: 'made' },
    });
    for (const told of [quiet, await here.connect(), await here.connect('--json')])
      expect(told.out + told.err).not.toContain(here.secretNow());
    expect(JSON.parse((await here.connect('--json', '--show-secret')).out).webhook.value).toBe(here.secretNow());
    expect((await here.connect('--show-secret')).out).toContain(here.secretNow());
  });

  it('whose secret is about to be deleted has it brought back', async () => {
    await here.connect();
    const first = here.secretNow();
    const known = here.desk.aws.secrets.get(SECRET);
    if (known) known.deleted = true;
    expect((await here.connect()).out).toContain('brought back');
    expect([here.secretNow(), here.desk.aws.secrets.get(SECRET)?.deleted]).toEqual([first, undefined]);
  });

  it('is not connected by somebody who may not make secrets', async () => {
    here.desk.aws.trouble = (line) =>
      line.startsWith('CreateSecret') ? { status: 400, code: 'AccessDeniedException' } : undefined;
    const { exit, err } = await here.connect();
    expect([exit, here.rows.size]).toEqual([3, 0]);
    expect(err).toContain('ACCESS_DENIED');
    expect(err).toContain('CreateSecret, DescribeSecret');
  });

  it.each([
    ['gitlab', 'acme/web/shop', 'gitlab.com', 'https://gitlab.com/api/v4', 'Push events'],
    ['bitbucket', 'acme/shop', 'bitbucket.org', 'https://api.bitbucket.org/2.0', 'Repository push'],
    ['github', 'acme/shop', 'github.com', 'https://api.github.com', 'Pushes'],
  ])('at %s is reached there', async (name, repository, host, at, events) => {
    const { exit, out } = await here.desk.type('connect', name, repository, '--pilot', 'acme-shop');
    expect(exit).toBe(0);
    expect(here.asked('connect')).toMatchObject([{ provider: name, repository: `${host}/${repository}`, api: at }]);
    expect(out).toContain(events);
  });

  it.each([
    ['github', 'https://github.com/acme/other', 'github.com/acme/other', 'https://api.github.com'],
    ['github', 'https://GitHub.com/acme/other.git/', 'github.com/acme/other', 'https://api.github.com'],
    ['github', 'github.com/acme/other.git', 'github.com/acme/other', 'https://api.github.com'],
    ['github', 'git@git.example.com:acme/other.git', 'git.example.com/acme/other', 'https://git.example.com/api/v3'],
    ['gitlab', 'https://gitlab.com/acme/web/other', 'gitlab.com/acme/web/other', 'https://gitlab.com/api/v4'],
  ])('at %s may be named by its address: %s', async (name, copied, repository, at) => {
    expect((await here.desk.type('connect', name, copied, '--pilot', 'acme-shop')).exit).toBe(0);
    expect(here.asked('connect')).toMatchObject([{ provider: name, repository, api: at }]);
  });

  it('keeps the pilots that another command leaves out, unless --yes lets go of them', async () => {
    await here.connect();
    const typed = ['connect', 'github', SITE, '--pilot', 'other=b/pilot.yaml'];
    const { exit, err } = await here.desk.type(...typed);
    expect([exit, here.rows.get(ID)?.pilots.length, here.asked('connect').length]).toEqual([2, 1, 1]);
    expect(err).toContain('acme-site would no longer be deployed');
    const command = `pilot connect github ${SITE}`;
    expect(err).toContain(`${command} --pilot acme-site --pilot other=b/pilot.yaml;`);
    expect(err).toContain(`${command} --pilot other=b/pilot.yaml --yes\n`);
    expect((await here.desk.type(...typed, '--yes')).exit).toBe(0);
    expect(here.rows.get(ID)?.pilots).toEqual([{ pilot: 'other', manifest: 'b/pilot.yaml' }]);
  });

  it('at a Bitbucket of one’s own is reached at its host', async () => {
    await here.desk.type(
      'connect',
      'bitbucket-server',
      'ACME/shop',
      '--host',
      'git.example.com',
      '--pilot',
      'acme-shop',
    );
    expect(here.asked('connect')).toMatchObject([
      { repository: 'git.example.com/ACME/shop', api: 'https://git.example.com/rest/api/1.0' },
    ]);
  });

  it('at GitLab may have a key that signs, for the field that takes it', async () => {
    const typed = ['connect', 'gitlab', 'acme/shop', '--pilot', 'acme-shop'];
    expect((await here.desk.type(...typed, '--signing')).out).toContain('Signing token');
    const [kept] = [...here.desk.aws.secrets.values()];
    expect(kept?.versions[0]?.text).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await here.desk.type(...typed)).out).toContain('Signing token');
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
    const { exit, out } = await here.desk.type('connect', ...args);
    expect([exit, out, here.desk.aws.log]).toEqual([2, '', []]);
  });

  it('of a provider that there is not names those that there are', async () => {
    const { exit, err } = await here.desk.type('connect', 'gitea', 'acme/shop');
    expect([exit, err]).toEqual([2, expect.stringContaining('github, gitlab, bitbucket, bitbucket-server;')]);
  });

  it('of another provider’s host names the command that is meant', async () => {
    const { err } = await here.desk.type('connect', 'gitlab', 'github.com/acme/shop', '--pilot', 'a');
    expect(err).toContain('pilot connect github github.com/acme/shop');
  });

  it('without a pilot nothing is made', async () => {
    const { exit } = await here.desk.type('connect', 'github', 'acme/site');
    expect([exit, here.rows.size, here.desk.aws.secrets.size]).toEqual([2, 0, 0]);
  });

  it('of a stack without an entrance for webhooks ends with 3', async () => {
    here.desk.files({
      '.local/stack.json': JSON.stringify({
        ...{ url: here.desk.aws.url, region: 'us-east-1', stage: 'dev', outputs: OUTPUTS, pid: process.pid },
      }),
    });
    expect(await here.connect()).toMatchObject({ exit: 3, err: expect.stringContaining('WebhookUrl') });
  });
});
