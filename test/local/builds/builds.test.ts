import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StopBuildCommand } from '@aws-sdk/client-codebuild';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { until } from '../emulator/running.ts';
import { artifactTo, BUCKET, phasesOf, startWorld, troubles, type World } from './world.ts';

let world: World;
let folder: string;
beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), 'outside-'));
}, 60_000);
afterAll(async () => {
  await world.end();
  await rm(folder, { recursive: true });
});

describe('a build that works', () => {
  it('is made of the version of the source that is named, and its artifact is in S3', async () => {
    const source = await world.sourceOf({
      'buildspec.yml': `version: 0.2
env: { variables: { GREETING: hello }, exported-variables: [MADE] }
phases:
  install: { commands: [mkdir out] }
  pre_build: { commands: ['cd out', 'WORD=kept'] }
  build: { commands: ['echo $GREETING $WORD > page.html', 'export MADE="two words"', 'cat ../content'] }
  post_build: { commands: ['echo $CODEBUILD_BUILD_SUCCEEDING'] }
artifacts: { files: ['**/*'], base-directory: out }
`,
      content: 'first\n',
    });
    await world.sourceOf({ 'buildspec.yml': 'later' });
    const started = await world.start({ ...source, ...artifactTo('site.zip') });
    expect(started).toMatchObject({ buildStatus: 'IN_PROGRESS', buildNumber: 1, currentPhase: 'SUBMITTED' });
    const build = await world.ended(started.id);
    expect(troubles(build)).toEqual([]);
    expect(phasesOf(build)).toEqual({
      ...{ SUBMITTED: 'SUCCEEDED', QUEUED: 'SUCCEEDED', PROVISIONING: 'SUCCEEDED', DOWNLOAD_SOURCE: 'SUCCEEDED' },
      ...{ INSTALL: 'SUCCEEDED', PRE_BUILD: 'SUCCEEDED', BUILD: 'SUCCEEDED', POST_BUILD: 'SUCCEEDED' },
      ...{ UPLOAD_ARTIFACTS: 'SUCCEEDED', FINALIZING: 'SUCCEEDED', COMPLETED: undefined },
    });
    expect(build).toMatchObject({
      buildStatus: 'SUCCEEDED',
      exportedEnvironmentVariables: [{ name: 'MADE', value: 'two words' }],
      artifacts: {
        location: `arn:aws:s3:::${BUCKET}/built/site.zip`,
        sha256sum: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      logs: { groupName: '/aws/codebuild/acme-builds', streamName: build.id?.split(':')[1] },
    });
    expect(await world.unzipped('built/site.zip')).toEqual({ 'page.html': 'hello kept\n' });
    const log = await world.said(build);
    expect(log).toContain('first\n');
    expect(log).toContain('Running command cat ../content\n');
    expect(log).toContain('Phase complete: BUILD State: SUCCEEDED\n');
  });

  it('has the files of its artifact one by one where no zip is asked for', async () => {
    const spec = {
      version: 0.2,
      phases: { build: { commands: ['mkdir a', 'echo 1 > a/b'] } },
      artifacts: { files: 'a/*' },
    };
    const { id } = await world.start({
      ...{ sourceTypeOverride: 'NO_SOURCE', buildspecOverride: JSON.stringify(spec) },
      artifactsOverride: { type: 'S3', location: BUCKET, path: 'built', name: 'plain', packaging: 'NONE' },
    });
    expect(await world.ended(id)).toMatchObject({ buildStatus: 'SUCCEEDED' });
    const { Body } = await world.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'built/plain/a/b' }));
    expect(await Body?.transformToString()).toBe('1\n');
  });

  it('finds what a build before put into the cache', async () => {
    const spec = {
      version: 0.2,
      phases: {
        build: { commands: ['cat kept/it || echo nothing yet', 'mkdir -p kept', 'echo seen before > kept/it'] },
      },
      cache: { paths: ['kept/**/*'] },
    };
    const asked = {
      ...{ sourceTypeOverride: 'NO_SOURCE' as const, buildspecOverride: JSON.stringify(spec) },
      cacheOverride: { type: 'S3' as const, location: `${BUCKET}/cache/acme` },
    };
    const first = await world.ended((await world.start(asked)).id);
    expect(await world.said(first)).toMatch(/^nothing yet$/m);
    const second = await world.ended((await world.start(asked)).id);
    expect(await world.said(second)).toMatch(/^seen before$/m);
  });

  it('runs beside another one, neither seeing the other', async () => {
    const asked = (word: string) =>
      world.commanded(
        `echo ${word} > mine`,
        'until [ -e "$HOME/../done" ]; do touch "$HOME/../done"; sleep 0.1; done',
        'ls',
        'cat mine',
      );
    const both = await Promise.all(['one', 'two'].map((word) => world.start(asked(word))));
    const [one, two] = await Promise.all(both.map(({ id }) => world.ended(id)));
    expect([one?.buildStatus, two?.buildStatus]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(one?.logs?.streamName).not.toBe(two?.logs?.streamName);
    expect(await world.said(one ?? {})).toMatch(/^one$/m);
    expect(await world.said(two ?? {})).toMatch(/^two$/m);
  });
});

describe('a build that fails', () => {
  it('says which command and how, and nothing after it is run but what always is', async () => {
    const spec = {
      version: 0.2,
      phases: {
        build: { commands: ['cd /', 'exit 3', 'echo never'], finally: ['echo at last'] },
        post_build: { commands: ['echo succeeding $CODEBUILD_BUILD_SUCCEEDING in $PWD'] },
      },
    };
    const { id } = await world.start({ sourceTypeOverride: 'NO_SOURCE', buildspecOverride: JSON.stringify(spec) });
    const build = await world.ended(id);
    expect(build.buildStatus).toBe('FAILED');
    expect(troubles(build)).toContain(
      'COMMAND_EXECUTION_ERROR: Error while executing command: exit 3. Reason: exit status 3',
    );
    expect(phasesOf(build)).toMatchObject({ BUILD: 'FAILED', POST_BUILD: 'SUCCEEDED', UPLOAD_ARTIFACTS: 'SUCCEEDED' });
    const log = await world.said(build);
    expect(log).toMatch(/^at last$/m);
    expect(log).toMatch(/^succeeding 0 in \/$/m);
    expect(log).not.toMatch(/^never$/m);
  });

  it.each([
    ['install', undefined, false],
    ['pre_build', undefined, false],
    ['build', 'ABORT', false],
    ['pre_build', 'CONTINUE', true],
  ])('in %s, on-failure %s: the phases after it run: %s', async (phase, onFailure, goesOn) => {
    const spec = {
      version: 0.2,
      phases: {
        [phase]: { commands: ['false'], ...(onFailure && { 'on-failure': onFailure }) },
        post_build: { commands: ['true'] },
      },
    };
    const { id } = await world.start({ sourceTypeOverride: 'NO_SOURCE', buildspecOverride: JSON.stringify(spec) });
    const build = await world.ended(id);
    expect(build.buildStatus).toBe('FAILED');
    expect('POST_BUILD' in phasesOf(build)).toBe(goesOn);
  });

  it.each([
    [
      'has no output folder',
      { 'base-directory': 'dist', files: '**/*' },
      'no matching base directory path found for dist',
    ],
    ['has nothing that fits', { files: 'dist/*' }, 'no matching artifact paths found'],
    ['names no artifact', undefined, 'no matching artifact paths found'],
  ])('%s', async (_what, artifacts, words) => {
    const spec = { version: 0.2, phases: { build: { commands: ['true'] } }, ...(artifacts && { artifacts }) };
    const { id } = await world.start({
      ...{ sourceTypeOverride: 'NO_SOURCE', buildspecOverride: JSON.stringify(spec), ...artifactTo('none.zip') },
    });
    const build = await world.ended(id);
    expect(build.buildStatus).toBe('FAILED');
    expect(troubles(build)).toContain(`CLIENT_ERROR: ${words}`);
  });

  it.each([
    ['is not there', undefined, 'YAML_FILE_ERROR: YAML file buildspec.yml cannot be read'],
    ['is of a version that nobody knows', 'version: 7', 'YAML_FILE_ERROR: Unknown buildspec version: 7'],
    ['is no YAML', 'version: 0.2\nphases: [', 'YAML_FILE_ERROR: Error parsing YAML'],
    [
      'names a phase that there is not',
      'version: 0.2\nphases: { deploy: {} }',
      'YAML_FILE_ERROR: Unknown phase: deploy',
    ],
  ])('its buildspec %s', async (_what, text, words) => {
    const { id } = await world.start(await world.sourceOf({ any: '', ...(text && { 'buildspec.yml': text }) }));
    const build = await world.ended(id);
    expect(phasesOf(build)).toMatchObject({ DOWNLOAD_SOURCE: 'FAILED' });
    expect(troubles(build).join()).toContain(words);
  });

  it('its source is not there', async () => {
    const asked = { sourceTypeOverride: 'S3' as const, sourceLocationOverride: `${BUCKET}/sources/none.zip` };
    const build = await world.ended((await world.start(asked)).id);
    expect(phasesOf(build)).toMatchObject({ DOWNLOAD_SOURCE: 'FAILED' });
    expect(troubles(build).join()).toMatch(/^CLIENT_ERROR: (?:NoSuchKey|AccessDenied)/);
  });

  it('ended its own processes', async () => {
    const build = await world.ended((await world.start(world.commanded('kill -9 0'))).id);
    expect(build.buildStatus).toBe('FAULT');
  });
});

describe('variables', () => {
  it('come from Parameter Store and Secrets Manager, and the log does not show them', async () => {
    const [ssm, secrets] = [new SSMClient(world.client), new SecretsManagerClient(world.client)];
    await ssm.send(new PutParameterCommand({ Name: '/acme/token', Value: 'parameter-value', Type: 'SecureString' }));
    await secrets.send(new CreateSecretCommand({ Name: 'acme/keys', SecretString: '{"key":"secret-value"}' }));
    const asked = {
      ...world.commanded('echo "$TOKEN $KEY $PLAIN"', 'echo "$TOKEN $KEY" | tr a-z A-Z'),
      environmentVariablesOverride: [
        { name: 'TOKEN', value: '/acme/token', type: 'PARAMETER_STORE' as const },
        { name: 'KEY', value: 'acme/keys:key', type: 'SECRETS_MANAGER' as const },
        { name: 'PLAIN', value: 'shown', type: 'PLAINTEXT' as const },
      ],
    };
    const build = await world.ended((await world.start(asked)).id);
    expect(troubles(build)).toEqual([]);
    const log = await world.said(build);
    expect(log).toMatch(/^\*\*\* \*\*\* shown$/m);
    expect(log).toMatch(/^PARAMETER-VALUE SECRET-VALUE$/m);
    expect(log).not.toContain('secret-value');
  });

  it('of whoever runs this are not the build’s, and it is at home in its own folder', async () => {
    process.env.ACME_OF_THE_CALLER = 'leaked';
    const build = await world.ended((await world.start(world.commanded('env', 'touch "$HOME/mine"', 'pwd'))).id);
    delete process.env.ACME_OF_THE_CALLER;
    const log = await world.said(build);
    expect(log).not.toContain('leaked');
    expect(log).toContain(`CODEBUILD_BUILD_ID=${build.id}\n`);
    const [, source = ''] = /^CODEBUILD_SRC_DIR=(.*)$/m.exec(log) ?? [];
    expect(log).toMatch(new RegExp(`^${source}$`, 'm'));
    expect(existsSync(source)).toBe(false);
  });
});

describe('an artifact', () => {
  it('holds nothing from without the build, be it by a link or by its name', async () => {
    const outside = join(folder, 'private');
    const spec = {
      version: 0.2,
      phases: {
        build: {
          commands: [
            `echo private > ${outside}`,
            'mkdir out',
            'echo mine > out/page',
            'echo dotted > out/.page',
            `ln -s ${outside} out/link`,
            `ln -s ${folder} out/folder`,
            'ln -s page out/inner',
          ],
        },
      },
      artifacts: { files: ['**/*', '../../../**/*'], 'base-directory': 'out', 'exclude-paths': ['no/**/*'] },
    };
    const { id } = await world.start({
      ...{ sourceTypeOverride: 'NO_SOURCE', buildspecOverride: JSON.stringify(spec), ...artifactTo('links.zip') },
    });
    const build = await world.ended(id);
    expect(troubles(build)).toEqual([]);
    expect(await world.unzipped('built/links.zip')).toEqual({ page: 'mine\n', '.page': 'dotted\n', inner: 'mine\n' });
    expect(await world.said(build)).toContain('Skipping invalid file path link\n');
  });

  it('is taken from no folder without the build', async () => {
    const spec = {
      version: 0.2,
      phases: { build: { commands: ['true'] } },
      artifacts: { files: '**/*', 'base-directory': folder },
    };
    const { id } = await world.start({
      ...{ sourceTypeOverride: 'NO_SOURCE', buildspecOverride: JSON.stringify(spec), ...artifactTo('else.zip') },
    });
    expect(await world.ended(id)).toMatchObject({ buildStatus: 'FAILED' });
  });

  it('keeps links within it where the buildspec asks for that, and leaves out paths and files', async () => {
    const spec = {
      version: 0.2,
      phases: { build: { commands: ['mkdir -p a/b', 'echo 1 > a/b/one', 'echo 2 > a/b/two', 'ln -s one a/b/link'] } },
      artifacts: { files: '**/*', 'discard-paths': 'yes', 'exclude-paths': '**/two', 'enable-symlinks': 'yes' },
    };
    const { id } = await world.start({
      ...{ sourceTypeOverride: 'NO_SOURCE', buildspecOverride: JSON.stringify(spec), ...artifactTo('kept.zip') },
    });
    expect(await world.ended(id)).toMatchObject({ buildStatus: 'SUCCEEDED' });
    expect(await world.unzipped('built/kept.zip')).toEqual({ one: '1\n', link: '-> one' });
  });
});

describe('a build that is stopped', () => {
  it('ends with all of its processes, those as well that have left its group', async () => {
    const pid = join(folder, 'pid');
    const { id } = await world.start(world.commanded(`setsid sh -c 'echo $$ > ${pid}; sleep 600' & sleep 600`));
    await until(async () => (await readFile(pid, 'utf8').catch(() => '')).endsWith('\n'));
    await world.codebuild.send(new StopBuildCommand({ id }));
    const build = await world.ended(id);
    expect(build.buildStatus).toBe('STOPPED');
    expect(phasesOf(build)).toMatchObject({ BUILD: 'STOPPED', FINALIZING: 'SUCCEEDED' });
    expect('POST_BUILD' in phasesOf(build)).toBe(false);
    // What has ended, and nobody asked about yet, has no command line.
    expect(await readFile(`/proc/${await readFile(pid, 'utf8').then(Number)}/cmdline`, 'utf8').catch(() => '')).toBe(
      '',
    );
    await world.codebuild.send(new StopBuildCommand({ id }));
    expect(await world.look(id)).toMatchObject({ buildStatus: 'STOPPED' });
  });
});
