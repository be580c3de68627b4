import { CreateRepositoryCommand, DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { parseDockerfile, variablesIn } from '../../../local/builds/docker/dockerfile.ts';
import { until } from '../emulator/running.ts';
import { startWorld, troubles, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(() => world.end());

it('makes an image, pushes it, and a task runs it by the digest that ECR tells', async () => {
  const ecr = new ECRClient(world.client);
  const repositoryName = 'acme/shop';
  const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  const name = `${repository?.repositoryUri}:abc`;
  const source = await world.sourceOf({
    Dockerfile:
      'FROM node:24\nWORKDIR /app\nENV SAYS="7"\nCOPY ../../app/ .\nRUN echo made > made\nEXPOSE 3000\nCMD ["node", "main.mjs"]\n',
    'app/main.mjs':
      "import { readFileSync } from 'node:fs'; process.exit(readFileSync('made', 'utf8') === 'made\\n' ? Number(process.env.SAYS) : 1);",
    'buildspec.yml': `version: 0.2
env: { exported-variables: [IMAGE] }
phases: { build: { commands: ['echo x | docker login --username AWS --password-stdin here', 'docker build -t ${name} .', 'docker push ${name}', "IMAGE=$(docker inspect --format='{{index .RepoDigests 0}}' ${name})"] } }
`,
  });
  const build = await world.ended((await world.start(source)).id);
  expect({ troubles: troubles(build), log: build.buildStatus === 'FAILED' && (await world.said(build)) }).toEqual({
    troubles: [],
    log: false,
  });
  const { imageDetails } = await ecr.send(
    new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'abc' }] }),
  );
  const image = `${repository?.repositoryUri}@${imageDetails?.[0]?.imageDigest}`;
  expect(build.exportedEnvironmentVariables).toEqual([{ name: 'IMAGE', value: image }]);

  const ecs = new ECSClient(world.client);
  await ecs.send(new CreateClusterCommand({ clusterName: 'acme' }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({ family: 'shop', containerDefinitions: [{ name: 'app', image, memory: 64 }] }),
  );
  const { tasks } = await ecs.send(new RunTaskCommand({ cluster: 'acme', taskDefinition: 'shop' }));
  const taskArn = tasks?.[0]?.taskArn ?? '';
  const task = await until(async () => {
    const { tasks: seen } = await ecs.send(new DescribeTasksCommand({ cluster: 'acme', tasks: [taskArn] }));
    return seen?.[0]?.lastStatus === 'STOPPED' && seen[0];
  });
  expect(task.containers?.[0]?.exitCode).toBe(7);
});

it('ends the build as Docker does, in its words, where a command of the Dockerfile fails', async () => {
  const source = await world.sourceOf({
    Dockerfile: 'FROM node:24\nRUN echo no such module; exit 3\nCMD ["true"]\n',
    'buildspec.yml': `version: 0.2
phases: { build: { commands: ['docker build -t here:abc .', 'docker push here:abc'] } }
`,
  });
  const build = await world.ended((await world.start(source)).id);
  expect(build.buildStatus).toBe('FAILED');
  expect(await world.said(build)).toMatch(
    /no such module\nERROR: failed to solve: process "\/bin\/sh -c echo no such module; exit 3" did not complete successfully: exit code: 3\n/,
  );
});

it.each([
  ['FROM a\nFROM b', 'one stage'],
  ['FROM a\nADD x y', 'ADD is not known'],
])('refuses what it cannot make of a folder: %j', (text, words) => {
  expect(parseDockerfile(text)).toContain(words);
});

it('reads variables in both ways of writing them', () => {
  expect([variablesIn('A=1 B="two words"'), variablesIn('A two words')]).toEqual([
    { A: '1', B: 'two words' },
    { A: 'two words' },
  ]);
});
