import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeBuildClient, CreateProjectCommand } from '@aws-sdk/client-codebuild';
import { CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { PinnedObject } from '../../shared/aws/objects.ts';
import { buildRoleOf } from '../../shared/building/role.ts';
import { ready } from '../../shared/provisioning/service-role.ts';
import type { Plan } from '../../shared/targets/target.ts';
import { type TestBuilds, testBuilds } from '../support/builds.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { type Provider, serveProvider } from '../support/git-host.ts';
import { steps } from '../support/journey.ts';
import { allow, arrivedPush } from '../support/pushed.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
let builds: TestBuilds;
let provider: Provider;
let folder: string;
beforeAll(async () => {
  stage = await setStage();
  [builds, provider] = [await testBuilds(), await serveProvider()];
  folder = mkdtempSync(join(tmpdir(), 'pilotage-'));
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  });
  const made = await new IAMClient({ endpoint: emulatorUrl() }).send(
    new CreatePolicyCommand({ PolicyName: `${stage.manifests}-builds`, PolicyDocument }),
  );
  Object.assign(process.env, {
    INSTALLATION: 'pilotage-test',
    BUILD_PROJECT: `${stage.manifests}-builds`,
    BUILD_PATH: '/pilotage-test/builds/',
    BUILD_POLICY: made.Policy?.Arn,
    BUILD_FLEET: '',
    AWS_ENDPOINT_URL_IAM: emulatorUrl(),
    AWS_ENDPOINT_URL_CODEBUILD: builds.url,
  });
  await new CodeBuildClient({}).send(
    new CreateProjectCommand({
      ...{ name: process.env.BUILD_PROJECT, source: { type: 'NO_SOURCE', buildspec: 'version: 0.2' } },
      ...{ artifacts: { type: 'NO_ARTIFACTS' }, serviceRole: buildRoleOf('made', 'production').arn },
      environment: { type: 'ARM_CONTAINER', image: 'aws/codebuild/standard:7.0', computeType: 'BUILD_GENERAL1_SMALL' },
    }),
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([stage.close(), builds.end(), provider.close()]);
});
afterEach(() => jest.restoreAllMocks());

const COMMIT = 'e'.repeat(40);
const manifestWith = (pilot: string, ...commands: string[]) =>
  `apiVersion: pilotage/v1\nname: ${pilot}\ntarget: static\nsource: { git: { repository: github.com/acme/${pilot}, folder: web } }\n` +
  `build: { output: dist, commands: ${JSON.stringify(commands.map((one) => ['sh', '-c', one]))} }\n`;

/** A push, until its build has ended; what CodeBuild does goes on by itself. */
async function built(pilot: string, manifest: string) {
  const repository = `github.com/acme/${pilot}`;
  await provider.connect(repository, pilot);
  await allow(stage, { [pilot]: repository });
  const { id } = await arrivedPush(stage, { pilot, commit: COMMIT, manifest });
  await stage.run(steps.validate, 'Validate', id);
  await stage.run(steps.queue, 'Queue', id);
  await ready(buildRoleOf(pilot, 'production'));
  const real = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => real() + 60_000);
  let answer = await stage.run(steps.build, 'Build', id);
  const until = real() + 30_000;
  while (!answer && real() < until) answer = await stage.run(steps.build, 'Build', id, { again: true });
  return { answer, deployment: await stage.now(id) };
}

describe('a build that really runs', () => {
  it('makes what is deployed of the code at that commit', async () => {
    provider.files = { 'web/page.txt': 'hello', 'pilot.yaml': '' };
    const commands = [
      'mkdir dist',
      'echo "<h1>$(cat page.txt) $PILOTAGE_COMMIT</h1>" > dist/index.html',
      'echo secret > outside',
    ];
    const { answer, deployment } = await built('real', manifestWith('real', ...commands));
    expect(answer).toMatchObject({ success: {} });
    const { artifact } = (deployment.plan as Plan).detail as { artifact: PinnedObject };
    const { Body } = await stage.s3.send(
      new GetObjectCommand({ Bucket: artifact.bucket, Key: artifact.key, VersionId: artifact.version }),
    );
    writeFileSync(join(folder, 'built.zip'), (await Body?.transformToByteArray()) ?? '');
    execFileSync('python3', ['-m', 'zipfile', '-e', 'built.zip', 'built'], { cwd: folder });
    expect(readFileSync(join(folder, 'built', 'index.html'), 'utf8')).toBe(`<h1>hello ${COMMIT}</h1>\n`);
    expect(deployment.plan?.summary).toMatchObject({ files: 1 });
  });

  it('fails with what the failing command said', async () => {
    provider.files = { 'web/page.txt': 'hello' };
    const { deployment } = await built(
      'broken',
      manifestWith('broken', 'echo there is no such module >&2; exit 7', 'echo never'),
    );
    expect(deployment.failure).toMatchObject({ code: 'BUILD_FAILED', reason: expect.any(String) });
    const { reason } = deployment.failure as { reason: string };
    const [how, ...lines] = reason.split('\n');
    expect(how).toBe("`sh -c 'echo there is no such module >&2; exit 7'` ended with 7");
    expect(lines).toEqual(['there is no such module']);
  });

  it('fails where its commands left no output', async () => {
    provider.files = { 'web/page.txt': 'hello' };
    const { deployment } = await built('nothing', manifestWith('nothing', 'true'));
    expect(deployment.failure).toMatchObject({ code: 'BUILD_OUTPUT' });
  });
});
