import type { ReleaseConfig } from '../../shared/api.ts';
import { configurationOf } from '../../shared/configuration/told.ts';
import { resolvedFrom } from '../support/manifest.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await setDesk();
});
afterEach(() => desk.close());

const [LIVE, OTHER] = ['1'.repeat(20), '2'.repeat(20)] as const;
const written = (more: object) => ({
  ...{ apiVersion: 'pilotage/v1', name: 'acme-shop', target: 'ecs', source: { image: 'acme/shop:1' } },
  ...more,
});
const of = (release: string, more: object): ReleaseConfig => ({
  release,
  isLive: release === LIVE,
  configuration: configurationOf(resolvedFrom(written(more))),
});

/** What is kept of these releases, the first one live. */
function kept(...releases: ReleaseConfig[]): void {
  desk.aws.api = (request) => {
    const wanted = 'release' in request ? String(request.release) : LIVE;
    const answer = releases.find(({ release }) => release.startsWith(wanted));
    return answer ? { ok: true, answer } : { ok: false, code: 'RELEASE_UNKNOWN', message: 'none is kept' };
  };
}

const SHOP = {
  config: { file: 'settings.yaml', values: { mail: { host: 'smtp.example.com', port: 587 }, MODE: 'live' } },
  secrets: { SMTP: 'secret:smtp#password' },
};

describe('pilot config show', () => {
  it('shows the file as the release reads it, where it lies, and secrets by where they lie', async () => {
    kept(of(LIVE, SHOP));
    const { exit, out } = await desk.type('config', 'show', 'acme-shop');
    expect(exit).toBe(0);
    expect(out).toBe(`acme-shop in production, release ${LIVE} (live)

settings.yaml, which the pilot finds as /mnt/efs/config/settings.yaml
  MODE: live
  mail:
    host: smtp.example.com
    port: 587

environment variables
  CONFIG_FILE  /mnt/efs/config/settings.yaml

secrets, as environment variables
  SMTP  secret:smtp#password
`);
    expect(desk.aws.asked).toEqual([{ action: 'config', pilot: 'acme-shop', environment: 'production' }]);
  });

  it('shows variables where settings go into no file', async () => {
    kept(of(LIVE, { config: { values: { RETRIES: 3, LIST: ['a'], TEXT: 'x' } } }));
    const { out } = await desk.type('config', 'show', 'acme-shop');
    expect(out).toContain('environment variables\n  LIST     ["a"]\n  RETRIES  3\n  TEXT     x\n');
  });

  it('of the release that is asked for, in the environment that is asked for', async () => {
    kept(of(LIVE, SHOP), of(OTHER, {}));
    const { out } = await desk.type('config', 'show', 'acme-shop', '--release', '2222', '--env', 'staging');
    expect(out).toBe(`acme-shop in staging, release ${OTHER}\n\nNothing is configured.\n`);
    expect(desk.aws.asked).toEqual([{ action: 'config', pilot: 'acme-shop', environment: 'staging', release: '2222' }]);
  });

  it('as JSON gives the file exactly as it is', async () => {
    const text = 'a: "\\e[31m"\n';
    const { configuration, ...about } = of(LIVE, SHOP);
    const file = { name: 'settings.yaml', path: '/mnt/efs/config/settings.yaml', text };
    kept({ ...about, configuration: { ...configuration, file } as never });
    const { out } = await desk.type('config', 'show', 'acme-shop', '--json');
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      pilot: 'acme-shop',
      release: LIVE,
      isLive: true,
      file: { text },
    });
  });

  it('lets no setting steer the terminal', async () => {
    const { configuration, ...about } = of(LIVE, SHOP);
    const file = { name: 'a.json', path: '/mnt/efs/config/a.json', text: 'a\u001b[31mb\n  c' };
    kept({ ...about, configuration: { ...configuration, file, variables: { A: '\u001b[2J' } } as never });
    const { out } = await desk.type('config', 'show', 'acme-shop');
    expect(out).not.toContain('\u001b');
    expect(out).toContain('\n    c\n');
  });

  it('says so when the manifest was not kept', async () => {
    kept({ release: LIVE, isLive: true });
    const { exit, err } = await desk.type('config', 'show', 'acme-shop');
    expect([exit, err]).toEqual([1, expect.stringContaining('MANIFEST_NOT_KEPT')]);
  });

  it('says so when there is no such release', async () => {
    kept(of(LIVE, SHOP));
    const { exit, err } = await desk.type('config', 'show', 'acme-shop', '--release', 'abcd');
    expect([exit, err]).toEqual([2, expect.stringContaining('RELEASE_UNKNOWN')]);
  });
});

describe('pilot config diff', () => {
  const after = { ...SHOP, config: { ...SHOP.config, values: { ...SHOP.config.values, MODE: 'test' } } };

  it('compares what is live with a manifest', async () => {
    kept(of(LIVE, SHOP));
    desk.files({ 'pilot.yaml': JSON.stringify(written({ ...after, secrets: { KEY: 'ssm:key' } })) });
    const { exit, out } = await desk.type('config', 'diff', 'acme-shop', '.');
    expect(exit).toBe(0);
    expect(out).toBe(`acme-shop in production
  from  ${LIVE} (live)
  to    pilot.yaml

  ~ config.values.MODE  live → test
  + secrets.KEY         ssm:key
  - secrets.SMTP        secret:smtp#password

3 keys differ.
`);
  });

  it('compares releases', async () => {
    kept(of(LIVE, SHOP), of(OTHER, after));
    const { exit, out } = await desk.type('config', 'diff', 'acme-shop', '--release', '2222', '--exit-code');
    expect([exit, out.split('\n').slice(1, 3)]).toEqual([1, [`  from  ${LIVE} (live)`, `  to    ${OTHER}`]]);
    const back = await desk.type('config', 'diff', 'acme-shop', '--from', '2222', '--release', '1111', '--json');
    expect(JSON.parse(back.out)).toEqual({
      ...{ ok: true, pilot: 'acme-shop', environment: 'production', from: OTHER, to: `${LIVE} (live)`, differs: true },
      changes: [{ path: 'config.values.MODE', change: 'changed', before: 'test', after: 'live' }],
    });
  });

  it('says so when nothing differs, whatever else does', async () => {
    kept(of(LIVE, SHOP));
    desk.files({ 'pilot.yaml': JSON.stringify(written({ ...SHOP, traffic: 'heavy' })) });
    const { exit, out } = await desk.type('config', 'diff', 'acme-shop', '.', '--exit-code');
    expect([exit, out]).toEqual([0, expect.stringContaining('\nNothing differs.\n')]);
  });

  it('with nothing live shows all of it as new', async () => {
    desk.aws.api = () => ({ ok: false, code: 'NOTHING_LIVE', message: 'nothing is live' });
    desk.files({ 'pilot.yaml': JSON.stringify(written(SHOP)) });
    const { exit, out } = await desk.type('config', 'diff', 'acme-shop', '.');
    expect([exit, out]).toEqual([0, expect.stringContaining('  from  nothing\n')]);
    expect(out).toContain('  + config.file');
  });

  it.each([
    ['nothing to compare with', []],
    ['both a manifest and a release', ['.', '--release', '1111']],
    ['another pilot’s manifest', ['other.yaml']],
    ['a release that is none', ['--release', 'latest']],
  ])('of %s asks nobody', async (_, args) => {
    kept(of(LIVE, SHOP));
    desk.files({
      'pilot.yaml': JSON.stringify(written(SHOP)),
      'other.yaml': JSON.stringify({ ...written(SHOP), name: 'acme-other' }),
    });
    expect((await desk.type('config', 'diff', 'acme-shop', ...args)).exit).toBe(2);
    expect(desk.aws.asked).toEqual([]);
  });
});

it.each(['show', 'diff'])('pilot config %s --help has examples, exit codes and every option', async (name) => {
  const { exit, out, err } = await desk.type('config', name, '--help');
  expect([exit, err]).toEqual([0, '']);
  for (const part of ['Examples:\n', 'Exit codes:', '--json', '--stage', '--env', '--release'])
    expect(out).toContain(part);
});

it('says how to be helped with what is misspelt', async () => {
  expect((await desk.type('config', 'show')).err).toContain('(pilot config show --help shows how)');
  expect((await desk.type('config', 'shwo', 'acme-shop')).exit).toBe(2);
});
