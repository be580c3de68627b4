import { createHash } from 'node:crypto';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { handler as build } from '../../../functions/deploy/build.ts';
import type { PinnedObject } from '../../../shared/aws/objects.ts';
import { readArchive } from '../../../shared/building/archive.ts';
import { buildKey } from '../../../shared/building/key.ts';
import { buildRoleOf } from '../../../shared/building/role.ts';
import { stopBuilding } from '../../../shared/building/stop.ts';
import { findBuildRow, noteBuild } from '../../../shared/ledger/builds.ts';
import { askToCancel } from '../../../shared/ledger/cancelling.ts';
import { readLock, takeLock, waitForLock } from '../../../shared/ledger/lock.ts';
import { findManifest } from '../../../shared/ledger/manifests.ts';
import { ready } from '../../../shared/provisioning/service-role.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { type CodeBuild, type Kept, serveCodeBuild } from '../../support/codebuild.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { type Provider, serveProvider } from '../../support/git-host.ts';
import { steps } from '../../support/journey.ts';
import { allow, arrivedPush } from '../../support/pushed.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { zipOf } from '../../support/zip.ts';

let stage: Stage;
let aws: CodeBuild;
let provider: Provider;
beforeAll(async () => {
  stage = await setStage();
  [aws, provider] = [await serveCodeBuild(), await serveProvider()];
  Object.assign(process.env, {
    INSTALLATION: 'pilotage-test',
    BUILD_PROJECT: 'pilotage-test-builds',
    BUILD_PATH: '/pilotage-test/builds/',
    BUILD_POLICY: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    BUILD_FLEET: '',
    AWS_ENDPOINT_URL_IAM: emulatorUrl(),
  });
});
afterAll(() => Promise.all([stage.close(), aws.close(), provider.close()]));
beforeEach(async () => {
  // IAM is given time to tell of a new role: this is later.
  const real = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => real() + 60_000);
  Object.assign(aws, { builds: [], stopped: [], loseStarts: 0, refusing: undefined, beforeAnswer: undefined });
  aws.forgetTokens();
  Object.assign(provider, { files: { 'web/index.html': '<h1>shop</h1>', 'pilot.yaml': '' }, asked: [] });
});
afterEach(() => jest.restoreAllMocks());

const COMMIT = 'a'.repeat(40);
const NO_ROLE = { type: 'InvalidInputException', message: 'CodeBuild is not authorized to perform: sts:AssumeRole' };
const manifestWith = (pilot: string, more = '') =>
  `apiVersion: pilotage/v1\nname: ${pilot}\ntarget: static\nsource: { git: { repository: github.com/acme/${pilot}, folder: web } }\n` +
  `build: { commands: [[npm, ci], [npm, run, "build it"]], output: dist${more} }\n`;

/** A push that came to Build, with all that the steps before settled. */
async function pushed(pilot: string, commit = COMMIT, manifest = manifestWith(pilot), environment = 'production') {
  const { id } = await arrived(pilot, commit, manifest, environment);
  expect(await stage.run(steps.validate, 'Validate', id)).toMatchObject({ success: {} });
  expect(await stage.run(steps.queue, 'Queue', id)).toMatchObject({ success: {} });
  // The first build of a pilot waits for its role.
  await ready(buildRoleOf(pilot, environment));
  return stage.now(id);
}

async function arrived(pilot: string, commit: string, manifest: string, environment = 'production', at = new Date()) {
  const repository = `github.com/acme/${pilot}`;
  await provider.connect(repository, pilot);
  await allow(stage, { [pilot]: repository });
  return arrivedPush(stage, { pilot, commit, manifest, environment, at });
}

const run = (id: string, again = false) => stage.run(build, 'Build', id, { again });

/** CodeBuild has stored a zip where it was told to, and says that it is done. */
async function stored(files: Record<string, string>): Promise<{ version: string; sha256: string }> {
  const { location, path, name } = aws.builds.at(-1)?.asked.artifactsOverride ?? {};
  const bytes = await zipOf(files);
  const put = new PutObjectCommand({ Bucket: location, Key: `${path}/${name}`, Body: bytes });
  const { VersionId = '' } = await stage.s3.send(put);
  aws.end('SUCCEEDED');
  return { version: VersionId, sha256: createHash('sha256').update(bytes).digest('hex') };
}

describe('Build', () => {
  it('has nothing to do where nothing is to be built', async () => {
    const { id } = await stage.upload('plain', 'x');
    expect(await run(id)).toMatchObject({ success: {} });
    expect(aws.builds).toEqual([]);
  });

  it('gives CodeBuild the commit as a zip whose root is the repository’s, and what the manifest says', async () => {
    const { id, build: wanted } = await pushed('shop');
    expect(wanted).toMatchObject({ repository: 'github.com/acme/shop', commit: COMMIT, as: 'artifact' });
    expect(await run(id)).toBeUndefined();
    const [{ asked } = { asked: undefined }] = aws.builds;
    expect(provider.asked).toEqual([`/api/v3/repos/acme/shop/zipball/${COMMIT}`]);
    const [Bucket, ...key] = String(asked?.sourceLocationOverride).split('/');
    const object = await stage.s3.send(
      new GetObjectCommand({ Bucket, Key: key.join('/'), VersionId: asked?.sourceVersion }),
    );
    const archive = readArchive(Buffer.from((await object.Body?.transformToByteArray()) ?? []));
    expect(archive?.entries.map(({ path }) => path).sort()).toEqual(['pilot.yaml', 'web/index.html']);
    expect(asked).toMatchObject({
      projectName: 'pilotage-test-builds',
      sourceTypeOverride: 'S3',
      serviceRoleOverride: expect.stringMatching(/:role\/pilotage-test\/builds\/shop-production--build--[0-9a-f]{6}$/),
      timeoutInMinutesOverride: 30,
      privilegedModeOverride: false,
    });
    expect(JSON.parse(asked?.buildspecOverride ?? '')).toMatchObject({
      phases: { build: { 'on-failure': 'ABORT', commands: ['cd web', 'npm ci', "npm run 'build it'"] } },
      artifacts: { files: ['**/*'], 'base-directory': 'web/dist' },
    });
  });

  it('deploys exactly what was built: by version and digest, with where it comes from', async () => {
    const { id } = await pushed('exact', 'b'.repeat(40));
    await run(id);
    const { version, sha256 } = await stored({ 'index.html': '<h1>built</h1>' });
    // What is written later is not what was built… once that was seen.
    expect(await run(id, true)).toMatchObject({ success: {} });
    const { plan, policy, facts } = await stage.now(id);
    expect(plan).toMatchObject({ target: 'static', detail: { artifact: { version } } });
    expect(policy?.provenance).toMatchObject({
      ...{ repository: 'github.com/acme/exact', commit: 'b'.repeat(40), digest: `sha256:${sha256}` },
      ...{ build: aws.builds[0]?.id, inputs: expect.stringMatching(/^[0-9a-f]{64}$/) },
      log: expect.stringContaining('pilotage$252Fbuilds$252Fexact'),
    });
    expect(facts).toMatchObject({ release: plan?.release, commit: 'b'.repeat(40), digest: `sha256:${sha256}` });
    expect(plan && (await findManifest(plan))).toMatchObject({
      source: { artifact: expect.stringContaining(`?versionId=${version}`), commit: 'b'.repeat(40) },
    });
    // The answer was lost: nothing is built or planned once more.
    expect(await run(id)).toMatchObject({ success: {} });
    expect(aws.builds).toHaveLength(1);
  });

  it('takes what was built of the same before, and builds again once that is gone', async () => {
    const first = await pushed('again');
    await run(first.id);
    await stored({ 'index.html': '1' });
    await run(first.id, true);
    await stage.run(steps.unlock, 'Unlock', first.id);
    const second = await pushed('again');
    expect(await run(second.id)).toMatchObject({ success: {} });
    expect(aws.builds).toHaveLength(1);
    const plans = [await stage.now(first.id), await stage.now(second.id)].map(({ plan }) => plan);
    expect(plans[0]?.release).toBe(plans[1]?.release);
    await stage.run(steps.unlock, 'Unlock', second.id);

    const { artifact } = (plans[0] as Plan).detail as { artifact: PinnedObject };
    const { bucket, key, version } = artifact;
    await stage.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: version }));
    const third = await pushed('again');
    expect(await run(third.id)).toBeUndefined();
    expect(aws.builds.map(({ asked }) => asked.artifactsOverride?.name)).toEqual(['artifact-1.zip', 'artifact-2.zip']);
  });

  it('is built for each environment by itself: commands are told which one it is, and none deploys what another built', async () => {
    const staging = `${manifestWith('shared')}environments: { staging: {} }\n`;
    const first = await pushed('shared', COMMIT, staging);
    await run(first.id);
    await stored({ 'index.html': 'production' });
    const second = await pushed('shared', COMMIT, staging, 'staging');
    expect(await run(second.id)).toBeUndefined();
    await stored({ 'index.html': 'staging' });
    expect(await run(second.id, true)).toMatchObject({ success: {} });
    const [production, other] = aws.builds.map(({ asked }) => asked);
    expect(other?.artifactsOverride?.path).toContain('builds/shared/staging/');
    expect(other?.sourceLocationOverride).toContain('builds/shared/staging/');
    expect(production?.artifactsOverride?.path).toContain('builds/shared/production/');
    // What became of one is nothing to the other.
    aws.builds.reverse();
    expect(await run(first.id, true)).toMatchObject({ success: {} });
  });

  it('deploys only what CodeBuild says that it stored', async () => {
    const { id } = await pushed('replaced');
    await run(id);
    const { sha256 } = await stored({ 'index.html': 'built' });
    await stored({ 'index.html': 'written over it' });
    const [kept] = aws.builds;
    if (kept) kept.artifacts = { sha256sum: sha256 };
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(id)).failure).toMatchObject({
      code: 'BUILD_OUTPUT',
      reason: expect.stringContaining('is not what CodeBuild stored'),
    });
  });

  it('that is given up while CodeBuild is asked for it does not run on', async () => {
    const { id } = await pushed('crossing');
    aws.beforeAnswer = async () => {
      aws.beforeAnswer = undefined;
      const builds = aws.builds.splice(0);
      // CodeBuild does not tell of it yet.
      await stopBuilding(await stage.now(id));
      aws.builds.push(...builds);
      expect(aws.stopped).toEqual([]);
    };
    await run(id);
    expect(aws.stopped).toEqual([aws.builds[0]?.id]);
  });

  it('that is given up ends its build also where it was cut off in between', async () => {
    const { id } = await pushed('cut-off');
    await run(id);
    await stopBuilding(await stage.now(id));
    aws.stopped = [];
    await stopBuilding(await stage.now(id));
    expect(aws.stopped).toEqual([aws.builds[0]?.id]);
  });

  it('that is given up ends its build with it; whoever wants the same makes it anew', async () => {
    const first = await pushed('given-up');
    await run(first.id);
    await askToCancel(first.id, 'ada@laptop');
    expect(await run(first.id, true)).toMatchObject({ error: 'Failed' });
    await stage.run(steps.unlock, 'Unlock', first.id);
    expect(await stage.now(first.id)).toMatchObject({ status: 'cancelled' });
    expect(aws.stopped).toEqual([aws.builds[0]?.id]);
    const second = await pushed('given-up');
    expect(await run(second.id)).toBeUndefined();
    expect(aws.builds[1]?.asked.artifactsOverride?.name).toBe('artifact-2.zip');
  });

  it('starts one build however often the answer is lost, also after its token counts no more', async () => {
    const { id } = await pushed('lost');
    aws.loseStarts = 4;
    expect(await run(id)).toMatchObject({ error: 'Unexpected' });
    aws.forgetTokens();
    expect(await run(id)).toBeUndefined();
    expect(aws.builds).toHaveLength(1);
    await stored({ 'index.html': 'x' });
    expect(await run(id, true)).toMatchObject({ success: {} });
  });

  /** What a build wrote, as CodeBuild keeps it. */
  async function wrote(pilot: string, lines: string[]): Promise<void> {
    const uuid = aws.builds[0]?.id.split(':')[1];
    const [logGroupName, logStreamName] = [`/pilotage/builds/${pilot}`, `production/${uuid}`];
    const logs = new CloudWatchLogsClient({});
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    const logEvents = lines.map((message, n) => ({ timestamp: 1_700_000_000_000 + n, message: `${message}\n` }));
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  }
  const at = '[Container] 2026/11/21 01:57:15.123456';

  it('fails with how the command ended, and with the last lines that it wrote itself', async () => {
    const { id } = await pushed('fails');
    await run(id);
    await wrote('fails', [
      '[Container] Unable to download cache: NoSuchKey: The specified key does not exist.',
      `${at} Running command cd web`,
      'of another command',
      `${at} Running command npm ci`,
      ...Array.from({ length: 12 }, (_, n) => `\u001b[31mline\u001b[0m\t${n} ${'word '.repeat(100)}`),
      `${at} Command did not exit successfully npm ci exit status 3`,
      `${at} Phase complete: BUILD State: FAILED`,
      'what was tidied up after it',
    ]);
    aws.end('FAILED', 'BUILD', 'Error while executing command: npm ci. Reason: exit status 3');
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    const { failure, facts } = await stage.now(id);
    const [first, ...more] = (failure as { reason: string }).reason.split('\n');
    expect(first).toBe('`npm ci` ended with 3');
    expect(more.map((line) => line.slice(0, 12))).toEqual(
      Array.from({ length: 10 }, (_, n) => `line ${n + 2} word `.slice(0, 12)),
    );
    expect(more.every((line) => line.length === 200)).toBe(true);
    expect(facts.log).toMatch(/^https:.*pilotage\$252Fbuilds\$252Ffails\/log-events\/production\$252F[0-9a-f-]{36}$/);
  });

  it('tells a long command by how it begins, on one line, and how it ended', async () => {
    const { id } = await pushed('long');
    await run(id);
    const command = `node -e '\n${'console.log(1); '.repeat(100)}'`;
    aws.end('FAILED', 'BUILD', `Error while executing command: ${command}. Reason: exit status 3`);
    await run(id, true);
    const { reason } = (await stage.now(id)).failure as { reason: string };
    expect(reason).toMatch(/^`node -e ' console\.log\(1\);.* …` ended with 3$/);
    expect(reason.length).toBeLessThan(80);
  });

  it('tells where the log is also where its end was seen before this look', async () => {
    const { id } = await pushed('seen');
    await run(id);
    aws.end('FAILED', 'BUILD', 'no disk');
    const { build: wanted } = await stage.now(id);
    const manifest = await findManifest({ pilot: 'seen', environment: 'production', release: id });
    if (!wanted || !manifest) throw new Error('nothing is to be built');
    const row = await findBuildRow('seen', buildKey(wanted, manifest, 'production'));
    if (!row) throw new Error('nobody builds it');
    await noteBuild('seen', row, { state: 'failed', failure: { code: 'BUILD_FAILED', reason: 'no disk' } });
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(id)).facts.log).toContain('pilotage$252Fbuilds$252Fseen');
  });

  it('fails with a reason that is short and holds no secret, whatever the build wrote', async () => {
    const { id } = await pushed('chatty');
    await run(id);
    const lines = Array.from({ length: 20 }, (_, n) => `of line ${n} ${'word '.repeat(6_000)}`);
    await wrote(
      'chatty',
      lines.map((line) => `NPM_TOKEN=npm_4nX9fQ2kR7vL1sD8 ${line}`),
    );
    aws.end(
      'FAILED',
      'BUILD',
      'Error while executing command: deploy --password=hunter22hunter. Reason: exit status 3',
    );
    await run(id, true);
    const text = JSON.stringify((await stage.now(id)).failure);
    expect(text).toContain('of line 19 word');
    expect(text.length).toBeLessThan(2_500);
    expect(text).not.toMatch(/4nX9fQ2kR7vL1sD8|hunter22/);
  });

  it.each([
    ['TIMED_OUT', 'BUILD', 'BUILD_TIMEOUT'],
    ['STOPPED', 'BUILD', 'BUILD_STOPPED'],
    ['FAILED', 'UPLOAD_ARTIFACTS', 'BUILD_OUTPUT'],
  ])('tells %s in %s as %s', async (status, phase, code) => {
    const pilot = `told-${code.toLowerCase().replace('_', '-')}`;
    const { id } = await pushed(pilot);
    await run(id);
    aws.end(status, phase, 'no matching artifact paths found');
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(id)).failure).toMatchObject({ code });
  });

  it('fails where the output is empty, or is not there although the build says that it went well', async () => {
    const { id } = await pushed('empty');
    await run(id);
    await stored({});
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(id)).failure).toMatchObject({ code: 'BUILD_OUTPUT' });
  });

  it('ends a build that takes longer than its manifest says, where CodeBuild itself would wait on', async () => {
    const { id } = await pushed('hangs', COMMIT, manifestWith('hangs', ', timeout: 90s'));
    await run(id);
    expect(aws.builds[0]?.asked.timeoutInMinutesOverride).toBe(5);
    const [kept] = aws.builds as [Kept];
    kept.startTime -= 3600;
    kept.currentPhase = 'QUEUED';
    kept.phases = [{ phaseType: 'SUBMITTED', phaseStatus: 'SUCCEEDED', startTime: kept.startTime }];
    expect(await run(id, true)).toBeUndefined();
    const now = Date.now() / 1000;
    kept.phases.push(
      { phaseType: 'QUEUED', phaseStatus: 'SUCCEEDED', startTime: kept.startTime },
      { phaseType: 'PROVISIONING', phaseStatus: 'SUCCEEDED', startTime: now - 300 },
      { phaseType: 'DOWNLOAD_SOURCE', phaseStatus: 'SUCCEEDED', startTime: now - 60 },
      { phaseType: 'BUILD', startTime: now - 50 },
    );
    expect(await run(id, true)).toBeUndefined();
    Object.assign(kept.phases[3] ?? {}, { startTime: now - 91 });
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(id)).failure).toMatchObject({
      code: 'BUILD_TIMEOUT',
      reason: expect.stringContaining('90s'),
    });
    expect(aws.stopped).toEqual([kept.id]);
  });

  it('goes on, and live, where newer code is pushed after its first minute: the newer one follows', async () => {
    const { id } = await pushed('often');
    await run(id);
    const later = new Date(Date.parse((await stage.now(id)).steps.Build ?? '') + 61_000);
    const next = await arrived('often', 'd'.repeat(40), manifestWith('often'), 'production', later);
    expect(await waitForLock('often', 'production', next.id, await readLock('often', 'production'))).toBe(true);
    expect(await run(id, true)).toBeUndefined();
    expect(aws.stopped).toEqual([]);
    await stored({ 'index.html': 'x' });
    expect(await run(id, true)).toMatchObject({ success: {} });
  });

  it('is superseded by whoever waits for the lock, and its build is stopped', async () => {
    const { id } = await pushed('newer');
    await run(id);
    const next = await arrived('newer', 'd'.repeat(40), manifestWith('newer'));
    const claimant = { id: next.id, pilot: 'newer', environment: 'production', at: next.requestedAt.slice(0, 19) };
    const lock = await takeLock(claimant);
    expect(await waitForLock('newer', 'production', next.id, lock)).toBe(true);
    expect(await run(id, true)).toMatchObject({ error: 'Superseded' });
    const failure = { Error: 'Superseded', Cause: '{}' };
    await stage.run(steps.unlock, 'Unlock', id, { failure });
    expect(await stage.now(id)).toMatchObject({ status: 'superseded' });
    expect(aws.stopped).toEqual([aws.builds[0]?.id]);
  });

  it.each([
    ['SUBMODULES', { '.gitmodules': '[submodule "a"]', 'index.html': 'x' }],
    ['GIT_LFS', { 'web/.gitattributes': '*.png filter=lfs diff=lfs merge=lfs -text\n', 'index.html': 'x' }],
    ['COMMIT_UNKNOWN', {}],
  ])('refuses %s before anything is built', async (code, files) => {
    const { id } = await pushed(`source-${code.toLowerCase().replace('_', '-')}`);
    provider.files = files as Record<string, string>;
    expect(await run(id)).toMatchObject({ error: 'Refused' });
    expect((await stage.now(id)).failure).toMatchObject({ problems: [{ code }] });
    expect(aws.builds).toEqual([]);
  });

  it('waits while CodeBuild has no room, or does not know the role yet', async () => {
    const { id } = await pushed('busy');
    aws.refusing = { type: 'AccountLimitExceededException', message: 'Cannot have more than 1 builds in queue' };
    expect(await run(id)).toBeUndefined();
    aws.refusing = NO_ROLE;
    expect(await run(id, true)).toBeUndefined();
    aws.refusing = undefined;
    expect(await run(id, true)).toBeUndefined();
    expect(aws.builds).toHaveLength(1);
  });

  it('fails where CodeBuild does not know the role when AWS has long known of it', async () => {
    const { id } = await pushed('no-role');
    aws.refusing = NO_ROLE;
    expect(await run(id)).toBeUndefined();
    const later = Date.now() + 601_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(id)).failure).toMatchObject({
      code: 'BUILD_FAILED',
      reason: expect.stringContaining(NO_ROLE.message),
    });
  });
});
