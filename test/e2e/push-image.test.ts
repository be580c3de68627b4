import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeImagesCommand, ECRClient, GetLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { installWithGit, type WithGit } from './pushing.ts';
import { visitTo } from './visiting.ts';

const PILOT = 'acme-desk';
const CLUSTER = `${PILOT}-production`;
const REPOSITORY = `pilots/${PILOT}/production`;

let pilotage: WithGit;
beforeAll(async () => {
  pilotage = await installWithGit({ name: 'acme/desk', pilot: PILOT });
}, 240_000);
afterAll(() => pilotage.end());

const EXAMPLE = join(__dirname, '../../examples/git-image');
const WHY = 'process "/bin/sh -c node --check server.mjs" did not complete successfully: exit code: 1';
const SAYS = 'The desk of Acme is open';
/** The example's repository, saying something else. */
const files = (says: string) => {
  const read = (name: string) => readFileSync(join(EXAMPLE, name), 'utf8');
  return {
    'pilot.yaml': read('pilot.yaml'),
    Dockerfile: read('Dockerfile'),
    'server.mjs': read('server.mjs').replace(SAYS, says),
  };
};

const aws = () => {
  const { url: endpoint, region, credentials } = pilotage.environment.emulator;
  return { endpoint, region, credentials };
};

/** All images that builds have pushed, by digest. */
async function pushed() {
  const { imageDetails = [] } = await new ECRClient(aws()).send(
    new DescribeImagesCommand({ repositoryName: REPOSITORY }),
  );
  return new Map(imageDetails.map((image) => [image.imageDigest, image.imageTags ?? []]));
}

/** The images of the services that have tasks, and those that these tasks run. */
async function running() {
  const ecs = new ECSClient(aws());
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: CLUSTER, desiredStatus: 'RUNNING' }));
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks: taskArns }));
  const names = ['blue', 'green'].map((colour) => `${CLUSTER}--${colour}`);
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services: names }));
  const defined = await Promise.all(
    services
      .filter(({ desiredCount = 0 }) => desiredCount > 0)
      .map(({ taskDefinition }) => ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))),
  );
  return {
    defined: defined.map(({ taskDefinition }) => taskDefinition?.containerDefinitions?.[0]?.image),
    tasks: [...new Set(tasks.map(({ containers }) => containers?.[0]?.image))],
  };
}

/** What a commit's deployment says that was built, which ECR and ECS have to say as well. */
async function builtOf(commit: string) {
  const deployed = await pilotage.deployed(commit);
  expect(deployed).toMatchObject({ status: 'succeeded', commit, facts: { commit, digest: expect.any(String) } });
  const digest = String(deployed.facts?.digest);
  expect((await pushed()).get(digest)).toEqual([expect.stringContaining(commit.slice(0, 12))]);
  return { deployed, digest };
}

describe('webhook e2e: a repository with a Dockerfile', () => {
  let live = '';

  it('a push becomes an image, and a service runs it by the digest that was built', async () => {
    const commit = await pilotage.push(files('one'), 'A desk');
    const { deployed, digest } = await builtOf(commit);
    expect(deployed).toMatchObject({ facts: { build: expect.stringContaining('-builds:') } });
    const image = expect.stringMatching(new RegExp(`/${REPOSITORY}@${digest}$`));
    expect(await running()).toEqual({ defined: [image], tasks: [image] });
    expect(await visitTo(pilotage, PILOT)).toBe('one\n');
    expect(await pilotage.status(commit, 'success')).toMatchObject({ context: `pilotage/${PILOT}/production` });
    const ruled = new GetLifecyclePolicyCommand({ repositoryName: REPOSITORY });
    const { lifecyclePolicyText = '' } = await new ECRClient(aws()).send(ruled);
    expect(JSON.parse(lifecyclePolicyText)).toMatchObject({ rules: [{ selection: { tagStatus: 'untagged' } }] });
    live = digest;
  }, 240_000);

  it('a second push takes its place: another digest, which is what answers', async () => {
    const commit = await pilotage.push(files('two'), 'Another desk');
    const { digest } = await builtOf(commit);
    expect(digest).not.toBe(live);
    expect(await visitTo(pilotage, PILOT)).toBe('two\n');
    const image = expect.stringContaining(`@${digest}`);
    expect((await running()).defined).toEqual([image]);
    expect([...(await pushed()).keys()]).toEqual([live, digest]);
    live = digest;
  }, 240_000);

  it('a push that Docker can make no image of tells its commit, and leaves what is live', async () => {
    const before = await running();
    const broken = { ...files('three'), 'server.mjs': 'const no such program' };
    const commit = await pilotage.push(broken, 'No program');
    expect(await pilotage.deployed(commit)).toMatchObject({
      status: 'failed',
      failure: { step: 'Build', code: 'BUILD_FAILED', reason: expect.stringContaining(WHY) },
    });
    expect(await pilotage.status(commit, 'failure')).toMatchObject({
      description: expect.stringContaining('BUILD_FAILED'),
    });
    expect([...(await pushed()).keys()]).toContain(live);
    expect(await running()).toEqual(before);
    expect(await visitTo(pilotage, PILOT)).toBe('two\n');
  }, 120_000);

  it('going back starts the image of the release before, without a build', async () => {
    const builds = pilotage.builds();
    const request = `${new Date().toISOString()}/00000000-0000-4000-8000-000000000000`;
    const { deployment } = await pilotage.ask({ action: 'rollback', pilot: PILOT, request });
    expect(await pilotage.ended(deployment)).toMatchObject({ status: 'succeeded' });
    expect(await visitTo(pilotage, PILOT)).toBe('one\n');
    expect(pilotage.builds()).toBe(builds);
  }, 180_000);
});
