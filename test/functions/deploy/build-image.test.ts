import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DescribeImagesCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { handler as build } from '../../../functions/deploy/build.ts';
import { buildRoleOf } from '../../../shared/building/role.ts';
import { recordPrepared } from '../../../shared/ledger/releases.ts';
import { ready } from '../../../shared/provisioning/service-role.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { type CodeBuild, serveCodeBuild } from '../../support/codebuild.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { type Provider, serveProvider } from '../../support/git-host.ts';
import { steps } from '../../support/journey.ts';
import { allow, arrivedPush } from '../../support/pushed.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { type Between, standBetween } from '../../targets/lambda/between.ts';

let stage: Stage;
let aws: CodeBuild;
let provider: Provider;
let between: Between;
beforeAll(async () => {
  stage = await setStage();
  [aws, provider, between] = [await serveCodeBuild(), await serveProvider(), await standBetween()];
  Object.assign(process.env, {
    INSTALLATION: 'pilotage-test',
    BUILD_PROJECT: 'pilotage-test-builds',
    BUILD_PATH: '/pilotage-test/builds/',
    BUILD_POLICY: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    BUILD_FLEET: '',
    AWS_ENDPOINT_URL_IAM: emulatorUrl(),
    AWS_ENDPOINT_URL_ECR: between.url,
  });
  provider.files = { Dockerfile: 'FROM scratch\n', 'pilot.yaml': '' };
});
afterAll(() => Promise.all([stage.close(), aws.close(), provider.close(), between.close()]));
beforeEach(() => {
  Object.assign(aws, { builds: [] });
  aws.forgetTokens();
});
afterEach(() => {
  between.trouble = () => undefined;
  jest.useRealTimers();
});

const DAY_MS = 86_400_000;
/** It is so many days later for whoever asks; nothing else is. */
function later(days: number): void {
  const REAL = ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;
  const TIMERS = ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const;
  jest.useFakeTimers({ now: Date.now() + days * DAY_MS, doNotFake: [...REAL, ...TIMERS] });
}

const COMMIT = 'a'.repeat(40);

/** A push of a service with a Dockerfile that came to Build, a day after its role was made. */
async function pushed(pilot: string, days = 1): Promise<string> {
  const repository = `github.com/acme/${pilot}`;
  await provider.connect(repository, pilot);
  await allow(stage, { [pilot]: repository });
  const manifest = `apiVersion: pilotage/v1\nname: ${pilot}\ntarget: ecs\nsource: { git: { repository: ${repository} } }\nbuild: { dockerfile: Dockerfile }\n`;
  await ready(buildRoleOf(pilot, 'production'));
  later(days);
  const { id } = await arrivedPush(stage, { pilot, commit: COMMIT, manifest });
  expect(await stage.run(steps.validate, 'Validate', id)).toMatchObject({ success: {} });
  expect(await stage.run(steps.queue, 'Queue', id)).toMatchObject({ success: {} });
  return id;
}

const ecr = () => new ECRClient({ endpoint: emulatorUrl(), region: 'us-east-1' });
const repositoryOf = (pilot: string) => `pilots/${pilot}/production`;
const run = (id: string, again = false) => stage.run(build, 'Build', id, { again });

/** An image that was pushed to the repository of a pilot. @returns its digest */
async function stored(pilot: string, tag: string | undefined): Promise<string> {
  const asked = { repositoryName: repositoryOf(pilot), imageManifest: JSON.stringify({ of: tag ?? 'nobody' }) };
  const { image } = await ecr().send(new PutImageCommand({ ...asked, ...(tag && { imageTag: tag }) }));
  return image?.imageId?.imageDigest ?? '';
}

async function left(pilot: string): Promise<string[]> {
  const { imageDetails = [] } = await ecr().send(new DescribeImagesCommand({ repositoryName: repositoryOf(pilot) }));
  return imageDetails.map(({ imageDigest = '' }) => imageDigest);
}

const tagOf = (digit: string) => `${digit.repeat(12)}-${digit.repeat(12)}-1-${digit.repeat(8)}`;

/** A repository as builds of long ago have left it: a digest for each of these names. */
async function longAgo(pilot: string) {
  const input: CreateRepositoryCommandInput = { repositoryName: repositoryOf(pilot), imageTagMutability: 'IMMUTABLE' };
  await ecr().send(new CreateRepositoryCommand(input));
  const kept = await stored(pilot, tagOf('1'));
  const plan: Plan = {
    ...{ target: 'ecs', pilot, environment: 'production', release: '1'.repeat(20), url: '', summary: {} },
    detail: { image: `registry/${repositoryOf(pilot)}@${kept}` },
  };
  const retention = { releases: 1, days: 1 };
  await recordPrepared(plan, { rollout: { steps: [100], bake: 0 }, retention, level: 'all' });
  return {
    kept,
    old: await stored(pilot, tagOf('2')),
    named: await stored(pilot, 'demo'),
    bare: await stored(pilot, undefined),
  };
}

describe('Build of an image', () => {
  it('deploys by its digest what the build has pushed under the tag that it was given', async () => {
    const id = await pushed('shop');
    expect(await run(id)).toBeUndefined();
    const given = aws.builds[0]?.asked.environmentVariablesOverride ?? [];
    const { value = '' } = given.find(({ name }) => name === 'PILOTAGE_IMAGE') ?? {};
    expect(value).toContain(`/${repositoryOf('shop')}:${COMMIT.slice(0, 12)}-`);
    const digest = await stored('shop', value.split(':').at(-1));
    aws.end('SUCCEEDED');
    expect(await run(id, true)).toMatchObject({ success: {} });
    const { plan, facts, policy } = await stage.now(id);
    expect(plan?.detail).toMatchObject({ image: `${value.slice(0, value.lastIndexOf(':'))}@${digest}` });
    expect([facts.digest, policy?.provenance?.digest]).toEqual([digest, digest]);
  });

  it('fails where the build goes well and has pushed nothing', async () => {
    const id = await pushed('forgetful');
    await run(id);
    aws.end('SUCCEEDED');
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(id)).failure).toMatchObject({
      code: 'BUILD_OUTPUT',
      reason: expect.stringContaining('pushed no image'),
    });
  });

  it('has ECR remove what has no tag, and nothing else', async () => {
    const id = await pushed('ruled');
    await run(id);
    const asked = new GetLifecyclePolicyCommand({ repositoryName: repositoryOf('ruled') });
    const { lifecyclePolicyText = '' } = await ecr().send(asked);
    const { rules } = JSON.parse(lifecyclePolicyText);
    expect(rules).toEqual([
      expect.objectContaining({
        selection: expect.objectContaining({ tagStatus: 'untagged', countType: 'sinceImagePushed' }),
        action: { type: 'expire' },
      }),
    ]);
  });

  it('removes images that builds pushed two weeks ago, but never one that a release has or somebody named', async () => {
    const { kept, named, bare } = await longAgo('tidy');
    const id = await pushed('tidy', 15);
    expect(await run(id)).toBeUndefined();
    expect(await left('tidy')).toEqual([kept, named, bare]);
    expect(aws.builds).toHaveLength(1);
  });

  it('leaves young images to whoever tries again', async () => {
    const all = await longAgo('young');
    const id = await pushed('young', 13);
    await run(id);
    expect(await left('young')).toEqual(Object.values(all));
  });

  it('removes nothing once somebody else has the lock', async () => {
    const all = await longAgo('overtaken');
    const id = await pushed('overtaken', 15);
    const { fence = 0 } = await stage.now(id);
    await stage.given(id, { fence: fence - 1 });
    await run(id);
    expect(await left('overtaken')).toEqual(Object.values(all));
  });

  it('builds also where ECR lets nothing be removed', async () => {
    const all = await longAgo('denied');
    const id = await pushed('denied', 15);
    const __type = 'AccessDeniedException';
    between.trouble = (_, body) => (body.includes('imageDigest') ? { status: 400, body: { __type } } : undefined);
    expect(await run(id)).toBeUndefined();
    expect(aws.builds).toHaveLength(1);
    expect(await left('denied')).toEqual(Object.values(all));
  });
});
