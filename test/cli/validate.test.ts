import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Desk, manifest, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
afterAll(() => desk.close());

describe('pilot validate', () => {
  it('says what a valid manifest is for, and asks AWS nothing', async () => {
    desk.files({ 'good/pilot.yaml': manifest('rollout: { steps: [10, 100], bake: 5m }\n') });
    const { exit, out, err } = await desk.type('validate', 'good/pilot.yaml');
    expect([exit, err]).toEqual([0, '']);
    expect(out).toBe(
      '✔ good/pilot.yaml is valid\n  pilot    acme-site, target static\n  artifact site.zip\n  rollout  10 %, 100 %\n',
    );
    expect(desk.aws.log).toEqual([]);
  });

  it('tells which environments there are, and what cannot be deployed yet', async () => {
    const more =
      'budget: { monthly: 50 }\nenvironments: { staging: { rollout: { steps: [50, 100] }, budget: null } }\n';
    desk.files({ 'all/pilot.yaml': manifest(more) });
    const production = await desk.type('validate', 'all');
    expect(production.out).toContain('  for      production, staging\n  not yet  budget: planned, not deployed\n');
    const staging = JSON.parse((await desk.type('validate', 'all', '--env', 'staging', '--json')).out);
    expect(staging).toMatchObject({ ok: true, notYet: [], manifest: { rollout: { steps: [50, 100] } } });
  });

  it('refuses an environment that the manifest does not have', async () => {
    desk.files({ 'some/pilot.yaml': manifest('environments: { staging: {} }\n') });
    const { exit, err } = await desk.type('validate', 'some', '--env', 'stagign');
    expect(exit).toBe(2);
    expect(err).toContain('ENVIRONMENT_UNKNOWN the manifest has no environment stagign (expected production, staging)');
    expect(err).toContain('did you mean staging?');
  });

  it('tells of previews, and checks one as what it would be', async () => {
    const git = manifest('previews: true\nrollout: { steps: [10, 100] }\n').replace(
      /source:.*/,
      'source: { git: { repository: github.com/acme/site } }',
    );
    desk.files({ 'previews/pilot.yaml': git });
    const { exit, out } = await desk.type('validate', 'previews', '--env', 'pr12');
    expect(exit).toBe(0);
    expect(out).toContain('acme-site, target static, as in pr12\n');
    expect(out).toContain('  rollout  all at once\n  previews one for each pull request, such as pr12');
    const none = await desk.type('validate', 'previews', '--env', 'preview');
    expect([none.exit, none.err]).toEqual([2, expect.stringContaining('such as pr12')]);
    expect(desk.aws.log).toEqual([]);
  });

  it('takes a folder for the pilot.yaml in it', async () => {
    desk.files({ 'folder/pilot.yaml': manifest() });
    expect((await desk.type('validate', 'folder')).out).toContain('folder/pilot.yaml is valid');
  });

  it('shows each problem with its line and a caret', async () => {
    desk.files({ 'bad.yaml': manifest('tragte: static\n') });
    const { exit, out, err } = await desk.type('validate', 'bad.yaml');
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain('bad.yaml:5:1 MANIFEST_UNKNOWN_KEY');
    expect(err).toContain('    5 | tragte: static\n      | ^\n');
  });

  const bad: [what: string, content: string | Uint8Array, code: string][] = [
    ['an empty file', '', 'MANIFEST_EMPTY'],
    ['two documents', `${manifest()}---\n${manifest()}`, 'MANIFEST_SEVERAL_DOCUMENTS'],
    ['a tab', `${manifest()}static:\n\tindex: a.html\n`, 'MANIFEST_TAB'],
    ['a key given twice', manifest('target: static\n'), 'MANIFEST_DUPLICATE_KEY'],
    ['a wrong type', manifest('static: [1]\n'), 'MANIFEST_TYPE'],
    ['an alias', manifest('owner: &a x\n'), 'MANIFEST_ALIAS'],
    ['70 KB', manifest(`# ${'x'.repeat(70_000)}\n`), 'MANIFEST_TOO_LARGE'],
    ['5,000 nested brackets', manifest(`owner: ${'['.repeat(5_000)}`), 'MANIFEST_TOO_DEEP'],
    ['NUL', manifest('owner: a\0b\n'), 'MANIFEST_CONTROL_CHARACTER'],
    ['a name with capitals', manifest().replace('acme-site', 'Acme'), 'MANIFEST_VALUE'],
    ['a name with a letter that looks like another', manifest().replace('acme', 'аcme'), 'MANIFEST_VALUE'],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0x80), 'MANIFEST_NOT_UTF8'],
  ];
  it.each(bad)('of %s ends with 2, in words and as JSON', async (_, content, code) => {
    const name = `${code}-${content.length}.yaml`;
    desk.files({ [name]: content });
    const people = await desk.type('validate', name);
    expect(people).toMatchObject({ exit: 2, out: '', err: expect.stringContaining(code) });
    const programs = await desk.type('validate', '--json', name);
    expect(programs).toMatchObject({ exit: 2, err: '' });
    const { ok, problems } = JSON.parse(programs.out);
    expect([ok, problems[0].place.file]).toEqual([false, name]);
    expect(problems.map((problem: { code: string }) => problem.code)).toContain(code);
  });

  it('of a file that is not there ends with 2 and says what to name', async () => {
    expect(await desk.type('validate', 'nowhere.yaml')).toEqual({
      exit: 2,
      out: '',
      err: 'nowhere.yaml FILE_MISSING there is no such file\n  → name a manifest, or a folder with a pilot.yaml in it\n',
    });
    desk.files({ 'hollow/readme.txt': '' });
    expect((await desk.type('validate', 'hollow')).err).toContain('the folder has no pilot.yaml');
  });

  it('reads no more than it needs of a file that never ends', async () => {
    expect((await desk.type('validate', '/dev/zero')).err).toContain('MANIFEST_TOO_LARGE');
  });

  it('lets no file name or content steer the terminal', async () => {
    desk.files({ 'steer.yaml': manifest('"\\x1b[2Jkey": 1\n') });
    expect((await desk.type('validate', 'steer.yaml')).err).not.toContain('\u001b');
    expect((await desk.type('validate', '\u001b[2J.yaml')).err).not.toContain('\u001b');
  });
});

describe('pilot, as a process of its own', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(__dirname, '../../cli/pilot.ts'), ...args], {
      cwd: desk.folder,
      encoding: 'utf8',
    });

  it('ends with the exit code, and writes no colours into a pipe', () => {
    desk.files({ 'bad.yaml': manifest('tragte: static\n') });
    const { status, stdout, stderr } = run('validate', 'bad.yaml');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('MANIFEST_UNKNOWN_KEY');
    expect(stderr).not.toContain('\u001b');
  });

  it('loads no SDK to validate', () => {
    desk.files({
      'good.yaml': manifest(),
      'spy.cjs': `process.on('exit', () => {
        const loaded = Object.keys(require('node:module')._cache).filter((path) => path.includes('@aws-sdk'));
        console.error('loaded', loaded.length);
      })`,
    });
    const spied = (...args: string[]) => {
      const file = join(__dirname, '../../cli/pilot.ts');
      const { stderr } = spawnSync(process.execPath, ['--require', './spy.cjs', file, ...args], {
        cwd: desk.folder,
        encoding: 'utf8',
        env: {
          ...process.env,
          AWS_ACCESS_KEY_ID: 'x',
          AWS_SECRET_ACCESS_KEY: 'x',
          AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
        },
      });
      return Number(/loaded (\d+)/.exec(stderr)?.[1]);
    };
    expect(spied('validate', 'good.yaml')).toBe(0);
    expect(spied('status', '--aws', '--region', 'us-east-1')).toBeGreaterThan(0);
  });
});
