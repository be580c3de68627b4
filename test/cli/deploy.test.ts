import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiRequest } from '../../shared/api.ts';
import type { MigrationStatus } from '../../shared/ledger/migrations.ts';
import { nextMove } from '../../shared/migrating/move.ts';
import { uploadId } from '../../shared/names.ts';
import { zipOf } from '../support/zip.ts';
import type { Stored } from './support/aws.ts';
import { failed, ID, NEW, OLD, succeeded } from './support/deployments.ts';
import { type Desk, manifest, setDesk } from './support/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await setDesk();
  desk.files({ 'p/pilot.yaml': manifest(), 'p/site/index.html': '<h1>hi</h1>', 'p/site/a/b.css': 'b{}' });
});
afterEach(() => desk.close());

const ARTIFACT = 'manifests/pilots/acme-site/site.zip';
const MANIFEST = 'manifests/pilots/acme-site/pilot.yaml';

function object(key: string): Stored {
  const found = desk.aws.objects.get(key);
  if (!found) throw new Error(`${key} was not uploaded; only ${[...desk.aws.objects.keys()]}`);
  return found;
}

describe('pilot deploy --no-follow', () => {
  it('uploads the artifact, then the manifest byte for byte, and knows the deployment', async () => {
    const { exit, out, err } = await desk.type('deploy', 'p', '--no-follow', '--json');
    expect(err).toBe(`using the local stack at ${desk.aws.url} (--aws asks AWS instead)\n`);
    const answer = JSON.parse(out);
    expect([exit, answer.ok]).toEqual([0, true]);
    expect(desk.aws.log.filter((line) => line.startsWith('PUT'))).toEqual([`PUT ${ARTIFACT}`, `PUT ${MANIFEST}`]);
    expect(object(MANIFEST).body.toString()).toBe(manifest());
    const { version, modified } = object(MANIFEST);
    const upload = { bucket: 'manifests', key: 'pilots/acme-site/pilot.yaml', version, at: modified };
    expect(answer.deployment).toBe(uploadId('acme-site', 'production', upload));
  });

  it('tells people what went up and where to look', async () => {
    const { out } = await desk.type('deploy', 'p', '--no-follow');
    expect(out).toMatch(
      /^acme-site is on its way to production\n {2}artifact p\/site\/ zipped, 2 files, \d+ B\n {2}manifest p\/pilot.yaml\n {2}as {7}acme-site_production_\w+-\w+\n {2}how it ends is not known yet\n {2}→ look again: pilot status acme-site\n$/,
    );
  });

  it('for another environment uploads into its folder', async () => {
    await desk.type('deploy', 'p', '--no-follow', '--env', 'staging');
    expect([...desk.aws.objects.keys()]).toEqual([
      'manifests/pilots/acme-site/staging/site.zip',
      'manifests/pilots/acme-site/staging/pilot.yaml',
    ]);
  });

  it('names the version of the artifact that belongs to the manifest, also when it was there already', async () => {
    for (let time = 0; time < 2; time++) {
      await desk.type('deploy', 'p', '--no-follow');
      const artifact = object(MANIFEST.replace('pilot.yaml', 'site.zip'));
      expect(object(MANIFEST).headers['x-amz-meta-artifact-version']).toBe(artifact.version);
    }
  });

  it('says that no alarm shall stop it, when that is asked for', async () => {
    await desk.type('deploy', 'p', '--no-follow');
    expect(object(MANIFEST).headers).not.toHaveProperty('x-amz-meta-ignore-alarms');
    await desk.type('deploy', 'p', '--no-follow', '--ignore-alarms');
    expect(object(MANIFEST).headers['x-amz-meta-ignore-alarms']).toBe('true');
  });

  it('says that it goes live even while the pilot is kept offline, when that is asked for', async () => {
    await desk.type('deploy', 'p', '--no-follow');
    expect(object(MANIFEST).headers).not.toHaveProperty('x-amz-meta-online');
    await desk.type('deploy', 'p', '--no-follow', '--online');
    expect(object(MANIFEST).headers['x-amz-meta-online']).toBe('true');
  });

  it('says who asked, and the commit of a clean checkout only', async () => {
    await desk.type('deploy', 'p', '--no-follow');
    expect(object(MANIFEST).headers['x-amz-meta-requested-by']).toMatch(/^[\x21-\x7e]+@[\x21-\x7e]+$/);
    expect(object(MANIFEST).headers).not.toHaveProperty('x-amz-meta-commit');

    const git = (...args: string[]) =>
      spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
        cwd: join(desk.folder, 'p'),
        encoding: 'utf8',
      }).stdout.trim();
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'one');
    await desk.type('deploy', 'p', '--no-follow');
    expect(object(MANIFEST).headers['x-amz-meta-commit']).toBe(git('rev-parse', 'HEAD'));

    desk.files({ 'p/new.txt': '' });
    expect((await desk.type('deploy', 'p', '--no-follow')).err).toContain('the commit is not recorded');
    expect(object(MANIFEST).headers).not.toHaveProperty('x-amz-meta-commit');
  });

  it('records the commit that it is told, whatever git says of the folder', async () => {
    const commit = 'c0ffee'.padEnd(40, '0');
    const { exit, out } = await desk.type('deploy', 'p', '--no-follow', '--json', '--commit', commit.toUpperCase());
    expect([exit, JSON.parse(out).commit]).toEqual([0, commit]);
    expect(object(MANIFEST).headers['x-amz-meta-commit']).toBe(commit);
  });

  it('takes no commit that is cut short', async () => {
    const { exit, err } = await desk.type('deploy', 'p', '--no-follow', '--commit', 'c0ffee0');
    expect([exit, desk.aws.objects.size]).toEqual([2, 0]);
    expect(err).toContain('git rev-parse HEAD');
  });

  it('takes the zip where there is one, and says that the folder is not looked at', async () => {
    const zip = await zipOf({ 'index.html': 'zipped' });
    desk.files({ 'p/site.zip': zip });
    const { err } = await desk.type('deploy', 'p', '--no-follow');
    expect(object(ARTIFACT).body.equals(zip)).toBe(true);
    expect(err).toContain('p/site.zip is deployed; the folder beside it is not looked at');
  });

  it('uploads an artifact only once, and the manifest each time', async () => {
    await desk.type('deploy', 'p', '--no-follow');
    const { out } = await desk.type('deploy', 'p', '--no-follow');
    expect(out).toContain('there already');
    const puts = desk.aws.log.filter((line) => line.startsWith('PUT'));
    expect(puts).toEqual([`PUT ${ARTIFACT}`, `PUT ${MANIFEST}`, `PUT ${MANIFEST}`]);
    desk.files({ 'p/site/index.html': '<h1>ho</h1>' });
    await desk.type('deploy', 'p', '--no-follow');
    expect(desk.aws.log.filter((line) => line === `PUT ${ARTIFACT}`)).toHaveLength(2);
  });

  it('sends an artifact again when the connection breaks', async () => {
    let cuts = 2;
    desk.aws.trouble = (line) => (line === `PUT ${ARTIFACT}` && cuts-- > 0 ? 'cut' : undefined);
    expect((await desk.type('deploy', 'p', '--no-follow')).exit).toBe(0);
    expect(object(ARTIFACT).body.subarray(0, 2).toString()).toBe('PK');
  });

  it('leaves an artifact in S3 where it is', async () => {
    desk.files({ 'p/pilot.yaml': manifest().replace('site.zip', 's3://builds/acme.zip?versionId=v7') });
    const { exit, out } = await desk.type('deploy', 'p', '--no-follow');
    expect([exit, [...desk.aws.objects.keys()]]).toEqual([0, [MANIFEST]]);
    expect(out).toContain('s3://builds/acme.zip?versionId=v7, which stays where it is');
  });
});

describe('what cannot be deployed', () => {
  const refusals: [what: string, make: () => void, code: string][] = [
    ['a bad manifest', () => desk.files({ 'p/pilot.yaml': manifest('tragte: 1\n') }), 'MANIFEST_UNKNOWN_KEY'],
    [
      'a missing artifact',
      () => desk.files({ 'p/pilot.yaml': manifest().replace('site.zip', 'web.zip') }),
      'ARTIFACT_MISSING',
    ],
    ['an empty folder', () => emptied(), 'ARTIFACT_EMPTY'],
    ['a symbolic link', () => symlinkSync('/etc/passwd', join(desk.folder, 'p/site/a/secret')), 'ARTIFACT_SYMLINK'],
    ['a backslash in a name', () => desk.files({ 'p/site/a\\b': '' }), 'ARTIFACT_NAME'],
  ];
  function emptied() {
    desk.files({ 'p/pilot.yaml': manifest().replace('site.zip', 'web.zip') });
    mkdirSync(join(desk.folder, 'p/web'));
  }

  it.each(refusals)('%s: ends with 2, names it, and uploads nothing', async (_, make, code) => {
    make();
    const people = await desk.type('deploy', 'p');
    expect([people.exit, people.out]).toEqual([2, '']);
    expect(people.err).toContain(code);
    expect(people.err.endsWith('1 problem; nothing was uploaded.\n')).toBe(true);
    const programs = await desk.type('deploy', 'p', '--json');
    expect(programs.exit).toBe(2);
    expect(JSON.parse(programs.out)).toMatchObject({ ok: false, problems: [{ code }] });
    expect(desk.aws.objects.size).toBe(0);
  });

  it('names the link that is refused', async () => {
    symlinkSync('/etc/passwd', join(desk.folder, 'p/site/a/secret'));
    expect((await desk.type('deploy', 'p')).err).toContain('p/site/a/secret ARTIFACT_SYMLINK it is a symbolic link');
  });
});

describe('pilot deploy, which follows', () => {
  const ends = (end: object) => {
    desk.aws.api = (request: ApiRequest) => ({ ok: true, answer: { ...end, id: 'id' in request ? request.id : '' } });
  };

  it('ends with 0 once it is live, with release, URL and time', async () => {
    ends(succeeded());
    const { exit, out } = await desk.type('deploy', 'p');
    expect(exit).toBe(0);
    expect(out).toContain('01:57:18Z Prepare\n');
    expect(out.slice(out.indexOf('✔'))).toBe(
      '✔ acme-site is live in production · 8 s\n  release  bbbbbbbbbbbbbbbbbbbb\n  changed  3 files, 34.6 kB\n  url      https://acme-site.pilots.example.com\n',
    );
  });

  it('tells of no changes where nothing was changed', async () => {
    ends(succeeded({ alreadyLive: true, facts: { stack: 'unchanged', note: 'already live' } }));
    const { exit, out } = await desk.type('deploy', 'p');
    expect([exit, out.includes('nothing was changed'), out.includes('changed  ')]).toEqual([0, true, false]);
  });

  it('of a release that is live already says what became of the stack', async () => {
    ends(succeeded({ alreadyLive: true, facts: { stack: 'changed (1 resource added)' } }));
    const { exit, out } = await desk.type('deploy', 'p');
    expect(exit).toBe(0);
    expect(out).toContain('this release is already live in production; the stack was changed (1 resource added)');
    expect(out).not.toContain('nothing was changed');
  });

  it('shows a warning on the way and at the end, on a line of its own, and ends with 0', async () => {
    ends(succeeded({ warnings: { Finish: 'it runs\non' } }));
    const { exit, out } = await desk.type('deploy', 'p');
    expect(exit).toBe(0);
    expect(out).toMatch(/Z Finish: ⚠ it runs on\n/);
    expect(out).toContain('✔ acme-site is live in production · 8 s\n  ⚠ it runs on\n  release  ');
    const programs = await desk.type('deploy', 'p', '--json');
    expect(JSON.parse(programs.out)).toMatchObject({
      ok: true,
      state: { warnings: { Finish: expect.stringMatching(/^it runs\son$/) } },
    });
  });

  it('tells what a failed deployment leaves in the stack, and that its migration was taken back', async () => {
    const Provision = 'the stack keeps what this deployment changed in it: 1 resource added';
    ends(failed({ warnings: { Provision }, facts: { database: 'taken back before the migration of release x' } }));
    const { out } = await desk.type('deploy', 'p');
    expect(out).toContain(`  VERIFY_INCOMPLETE index.html is missing\n  ⚠ ${Provision}\n`);
    expect(out).toContain('  database taken back before the migration of release x\n');
  });

  it('with --json keeps stdout to one document', async () => {
    ends(succeeded());
    const { out, err } = await desk.type('deploy', 'p', '--follow', '--json');
    expect(JSON.parse(out)).toMatchObject({ ok: true, ended: true, state: { status: 'succeeded' } });
    expect(err).toContain('Prepare');
  });

  it('ends with 1 when an alarm stopped it, and does not advise to try the same again', async () => {
    const failure = { step: 'Shift', outcome: 'failed', code: 'ALARM', reason: 'errors is in alarm' } as const;
    ends(failed({ failure, rolledBack: true, ending: { status: 'failed', serving: OLD, failure } }));
    const { exit, out } = await desk.type('deploy', 'p');
    expect(exit).toBe(1);
    expect(out).toContain('  ALARM errors is in alarm\n');
    expect(out).toContain('pilot logs acme-site');
    expect(out).toContain('--ignore-alarms');
    expect(out).not.toContain('pilot retry');
  });

  it.each(['MIGRATION_FAILED', 'MIGRATION_TIMEOUT', 'MIGRATION_UNKNOWN'])(
    'after %s says to settle the migration first, and then to try again',
    async (code) => {
      const failure = { step: 'Migrate', outcome: 'failed', code, reason: 'it ended with exit code 1' } as const;
      ends(failed({ failure, ending: { status: 'failed', serving: OLD, failure } }));
      const { out } = await desk.type('deploy', 'p');
      const [settle, retry] = [
        'pilot migrate acme-site --settle done (or again) --release bbbbbbbbbbbbbbbbbbbb',
        'pilot retry acme-site',
      ];
      expect(out).toContain(settle);
      expect(out.indexOf(retry)).toBeGreaterThan(out.indexOf(settle));
      expect(out).not.toContain('correct the cause');
    },
  );

  it.each<[MigrationStatus, done: string, again: string]>([
    ['failed', 'all of the migration is in the database', 'nothing of it is, and it is to run anew'],
    ['unknown', 'all of the migration is in the database', 'nothing of it is, and it is to run anew'],
    ['reverting', 'the database is as before the migration', 'all of the migration is still in the database'],
    ['revert-failed', 'the database is as before the migration', 'all of the migration is still in the database'],
  ])('after a migration that is %s spells out both answers, once', async (status, done, again) => {
    const row = { release: NEW, status, at: '', deployment: 'd', command: ['up'], reversible: true, timeout: 60 };
    const move = nextMove(row, { deployment: ID, pilot: 'acme-site', brings: 'new' });
    if (!('outcome' in move)) throw new Error('it goes on');
    const failure = { step: 'Migrate', ...move } as const;
    ends(failed({ failure, ending: { status: 'failed', serving: OLD, failure } }));
    const { out } = await desk.type('deploy', 'p');
    const [reason, advice] = [out.slice(0, out.indexOf('→')), out.slice(out.indexOf('→'))];
    expect(reason).toContain('pilot migrate acme-site shows it');
    expect(advice).toContain(`done: ${done}; again: ${again}`);
    expect(advice).toContain('pilot migrate acme-site --settle done (or again) --release bbbbbbbbbbbbbbbbbbbb');
  });

  it('ends with 1 when it failed, with the step, the reason, what serves and what to do', async () => {
    ends(failed({ rolledBack: true }));
    const { exit, out } = await desk.type('deploy', 'p');
    expect(exit).toBe(1);
    expect(out.slice(out.indexOf('✖'))).toBe(
      [
        '✖ acme-site failed in production at Verify · 8 s',
        '  VERIFY_INCOMPLETE index.html is missing',
        '  release  bbbbbbbbbbbbbbbbbbbb',
        '  serves   release aaaaaaaaaaaaaaaaaaaa again: the traffic was given back',
        `  → what the step saw: aws --endpoint-url ${desk.aws.url} --region us-east-1 logs tail /aws/lambda/pilotage-dev-deploy-verify --since 1h`,
        '  → correct the cause and deploy again, or try the same once more: pilot retry acme-site\n',
      ].join('\n'),
    );
  });

  it('ends with 2 when it was rejected, with each problem', async () => {
    const failure = {
      step: 'Validate',
      outcome: 'refused' as const,
      problems: [{ code: 'ZIP_SLIP', message: '../x leaves the folder', hint: 'zip it again' }],
    };
    ends(failed({ status: 'rejected', failure, ending: { status: 'rejected', serving: null, failure } }));
    const { exit, out } = await desk.type('deploy', 'p');
    expect(exit).toBe(2);
    expect(out).toContain('  ZIP_SLIP ../x leaves the folder. zip it again\n');
    expect(out).toContain('nothing is live: viewers get nothing, as before');
  });

  it('of a pilot that is kept offline says that viewers get its page', async () => {
    const failure = {
      step: 'Queue',
      outcome: 'refused' as const,
      problems: [{ code: 'PILOT_OFFLINE', message: 'it is offline' }],
    };
    ends(
      failed({ status: 'rejected', failure, ending: { status: 'rejected', serving: null, offline: true, failure } }),
    );
    const { out } = await desk.type('deploy', 'p');
    expect(out).toContain('no release: the pilot stays offline, and viewers get its page, as before');
    expect(out).not.toContain('viewers get nothing');
  });

  it('ends with 1 when a newer one took over', async () => {
    const failure = { step: 'Queue', outcome: 'superseded' as const, by: 'acme-site_production_new' };
    ends(failed({ status: 'superseded', failure, ending: { status: 'superseded', serving: null, failure } }));
    const { exit, out } = await desk.type('deploy', 'p');
    expect([exit, out.includes('acme-site_production_new is newer and goes on in its place')]).toEqual([1, true]);
  });

  it('warns first of a release that failed and still gets traffic', async () => {
    const failure = { step: 'Shift', outcome: 'failed' as const, code: 'ROLLBACK_FAILED', reason: 'no answer' };
    const serving = 'aaaaaaaaaaaaaaaaaaaa';
    ends(failed({ failure, ending: { status: 'failed', serving, failure } }));
    expect((await desk.type('deploy', 'p')).out).toContain(
      `→ give the traffic back now: pilot rollback acme-site ${serving}\n`,
    );
  });

  it('on Ctrl-C stops following, says that the deployment goes on, and ends with 130', async () => {
    desk.aws.api = () => {
      desk.signals.emit('SIGINT');
      return { ok: false, code: 'DEPLOYMENT_UNKNOWN', message: '' };
    };
    const { exit, out } = await desk.type('deploy', 'p');
    expect(exit).toBe(130);
    expect(out).toContain('No longer following. The deployment goes on.\n  → look again: pilot status acme-site\n');
    expect(desk.signals.listenerCount('SIGINT')).toBe(0);
  });

  it('on a real Ctrl-C does the same', async () => {
    const child = spawn(process.execPath, [join(__dirname, '../../cli/pilot.ts'), 'deploy', 'p', '--follow'], {
      cwd: desk.folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    desk.aws.api = () => {
      child.kill('SIGINT');
      return { ok: false, code: 'DEPLOYMENT_UNKNOWN', message: '' };
    };
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, out.includes('The deployment goes on.')]).toEqual([130, true]);
  });
});
