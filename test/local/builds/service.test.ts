import { readdirSync, readFileSync } from 'node:fs';
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { operationNamed } from '../../../local/builds/model.ts';
import { Refusal } from '../../../local/builds/refusal.ts';
import { until } from '../emulator/running.ts';
import { hear } from './heard.ts';
import { artifactTo, BUCKET, PROJECT, phasesOf, ROLE, startWorld, troubles, type World } from './world.ts';

/** Milliseconds: what takes five minutes is over after three seconds. */
const MINUTE = 600;
let world: World;
beforeAll(async () => {
  world = await startWorld(MINUTE);
}, 60_000);
afterAll(() => world.end());

describe('the API', () => {
  const post = async (operation: string, body: object) => {
    const headers = { 'x-amz-target': `CodeBuild_20161006.${operation}`, 'content-type': 'application/x-amz-json-1.1' };
    const answer = await fetch(world.builds.url, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, said: (await answer.json()) as Record<string, unknown> };
  };

  it.each([
    ['a member that there is not', { projectName: PROJECT, colour: 'blue' }, 'has no member colour'],
    ['nothing of what is required', {}, 'has to have projectName'],
    ['a number where there is a text', { projectName: 1 }, 'is no string'],
    ['a value that there is not', { projectName: PROJECT, computeTypeOverride: 'HUGE' }, 'may not be HUGE'],
    ['a list that is none', { projectName: PROJECT, environmentVariablesOverride: {} }, 'is no list'],
  ])('takes no request with %s', async (_what, body, words) => {
    expect(await post('StartBuild', body)).toEqual({
      status: 400,
      said: { __type: 'InvalidInputException', message: expect.stringContaining(words) },
    });
  });

  it('has operations that the service has', () => {
    for (const name of ['StartBuild', 'BatchGetBuilds', 'StopBuild', 'ListBuilds', 'ListBuildsForProject'])
      expect(operationNamed(name)).toBeDefined();
    expect(operationNamed('BuildEverything')).toBeUndefined();
  });

  it.each([
    ['less than the least timeout', { timeoutInMinutesOverride: 4 }],
    ['more than the longest wait', { queuedTimeoutInMinutesOverride: 481 }],
    ['a source that is no place', { sourceTypeOverride: 'S3' as const, sourceLocationOverride: 'bucket' }],
    ['a source that nothing here can fetch', { sourceTypeOverride: 'GITHUB' as const }],
    ['neither source nor buildspec', { sourceTypeOverride: 'NO_SOURCE' as const }],
  ])('starts no build with %s', async (_what, asked) => {
    await expect(world.start(asked)).rejects.toMatchObject({ name: 'InvalidInputException' });
  });

  it('knows no build of a project that there is not, and no build that there is not', async () => {
    await expect(world.start({ projectName: 'other' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const ids = [`${PROJECT}:none`];
    const { builds, buildsNotFound } = await world.codebuild.send(new BatchGetBuildsCommand({ ids }));
    expect({ builds, buildsNotFound }).toEqual({ builds: [], buildsNotFound: ids });
    await expect(world.codebuild.send(new StopBuildCommand({ id: ids[0] }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('finds projects where stacks make them', async () => {
    const names = [PROJECT, 'other'];
    const { projects, projectsNotFound } = await world.codebuild.send(new BatchGetProjectsCommand({ names }));
    expect([projects?.[0]?.name, projectsNotFound]).toEqual([PROJECT, ['other']]);
  });

  it('tells a build by its id and its ARN, and those of a project', async () => {
    const { id, arn } = await world.start(world.commanded('true'));
    const { builds } = await world.codebuild.send(new BatchGetBuildsCommand({ ids: [arn ?? ''] }));
    expect(builds?.[0]?.id).toBe(id);
    const { ids } = await world.codebuild.send(new ListBuildsForProjectCommand({ projectName: PROJECT }));
    expect(ids?.[0]).toBe(id);
    await world.ended(id);
  });

  it('loses an answer when a test wants that, and the token finds the build again', async () => {
    const asked = { ...world.commanded('true'), idempotencyToken: 'lost' };
    world.builds.service.trouble = (operation) => (operation === 'StartBuild' ? 'lost' : undefined);
    await expect(world.start(asked)).rejects.toThrow();
    world.builds.service.trouble = () => new Refusal('AccountLimitExceededException', 'too many');
    await expect(world.start(asked)).rejects.toMatchObject({ name: 'AccountLimitExceededException' });
    world.builds.service.trouble = () => undefined;
    const [before] = (await world.codebuild.send(new ListBuildsForProjectCommand({ projectName: PROJECT }))).ids ?? [];
    expect((await world.start(asked)).id).toBe(before);
    await world.ended(before);
  });
});

describe('a token', () => {
  it('gives the same build for five minutes, and no other one', async () => {
    const asked = { ...world.commanded('true'), idempotencyToken: 'once' };
    const { id } = await world.start(asked);
    expect((await world.start(asked)).id).toBe(id);
    await expect(world.start({ ...asked, timeoutInMinutesOverride: 10 })).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringContaining('mismatch'),
    });
    const later = await until(async () => {
      const build = await world.start(asked);
      return build.id !== id && build;
    });
    await world.ended(later.id);
  });
});

describe('a build that hangs', () => {
  it('ends with its timeout, and all of its commands with it', async () => {
    const hangs = { ...world.commanded('echo begun', "trap '' TERM", 'sleep 600'), timeoutInMinutesOverride: 5 };
    const build = await world.ended((await world.start(hangs)).id);
    expect(build.buildStatus).toBe('TIMED_OUT');
    expect(phasesOf(build)).toMatchObject({ BUILD: 'TIMED_OUT', FINALIZING: 'SUCCEEDED' });
    expect(troubles(build)).toContain('BUILD_TIMED_OUT: Build has timed out. ');
    expect(await world.said(build)).toMatch(/^begun$/m);
  });
});

describe('IAM', () => {
  it('lets a build write where its role may, and nowhere else', async () => {
    const spec = { version: 0.2, phases: { build: { commands: ['echo 1 > one'] } }, artifacts: { files: 'one' } };
    const elsewhere = {
      type: 'S3' as const,
      location: BUCKET,
      path: 'elsewhere',
      name: 'a.zip',
      packaging: 'ZIP' as const,
    };
    const asked = { sourceTypeOverride: 'NO_SOURCE' as const, buildspecOverride: JSON.stringify(spec) };
    const refused = await world.ended((await world.start({ ...asked, artifactsOverride: elsewhere })).id);
    expect(phasesOf(refused)).toMatchObject({ BUILD: 'SUCCEEDED', UPLOAD_ARTIFACTS: 'FAILED' });
    expect(troubles(refused).join()).toContain('AccessDenied');
    const built = await world.ended((await world.start({ ...asked, ...artifactTo('b.zip') })).id);
    expect(built.buildStatus).toBe('SUCCEEDED');
  });

  it('gives a build’s own commands what its role may', async () => {
    const write = (key: string) => `echo 1 > f; aws s3api put-object --bucket ${BUCKET} --key ${key} --body f`;
    const [may, mayNot] = await Promise.all([
      world.start(world.commanded(write('built/by-command'))),
      world.start(world.commanded(write('elsewhere/by-command'))),
    ]);
    const first = await world.ended(may.id);
    expect({ status: first.buildStatus, log: await world.said(first) }).toMatchObject({ status: 'SUCCEEDED' });
    const second = await world.ended(mayNot.id);
    expect(second.buildStatus).toBe('FAILED');
    expect(await world.said(second)).toContain('AccessDenied');
  });

  it('starts nothing as a role that does not trust CodeBuild', async () => {
    await world.makeRole('acme-other', 'lambda.amazonaws.com', [{ Action: '*', Resource: '*' }]);
    const role = ROLE.replace('acme-build', 'acme-other');
    const { id } = await world.start({ ...world.commanded('true'), serviceRoleOverride: role });
    const build = await world.ended(id);
    expect(troubles(build)).toContain(
      `ACCESS_DENIED: CodeBuild is not authorized to perform: sts:AssumeRole on ${role}`,
    );
  });

  it('starts nothing for a role that may not log', async () => {
    await world.makeRole('acme-mute', 'codebuild.amazonaws.com', [{ Action: 's3:*', Resource: '*' }]);
    const { id } = await world.start({ ...world.commanded('true'), serviceRoleOverride: 'acme-mute' });
    const build = await world.ended(id);
    expect(troubles(build).join()).toContain(
      'does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams',
    );
    expect(phasesOf(build)).not.toHaveProperty('BUILD');
  });

  it('lets nobody start, see or stop a build who may not', async () => {
    const iam = new IAMClient(world.client);
    await iam.send(new CreateUserCommand({ UserName: 'reader' }));
    const Resource = `arn:aws:codebuild:us-east-1:000000000000:project/${PROJECT}`;
    const Statement = [{ Effect: 'Allow', Action: 'codebuild:BatchGetBuilds', Resource }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'reads', PolicyDocument }));
    await iam.send(new AttachUserPolicyCommand({ UserName: 'reader', PolicyArn: Policy?.Arn }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }));
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    };
    const reader = new CodeBuildClient({ ...world.client, endpoint: world.builds.url, credentials, maxAttempts: 1 });
    const build = await world.ended((await world.start(world.commanded('true'))).id);
    const id = build.id ?? '';
    expect((await reader.send(new BatchGetBuildsCommand({ ids: [id] }))).builds).toHaveLength(1);
    const denied = { name: expect.stringContaining('AccessDenied') };
    await expect(reader.send(new StartBuildCommand({ projectName: PROJECT }))).rejects.toMatchObject(denied);
    await expect(reader.send(new StopBuildCommand({ id }))).rejects.toMatchObject(denied);
    await expect(reader.send(new BatchGetBuildsCommand({ ids: ['others:1'] }))).rejects.toMatchObject(denied);
  });
});

describe('events', () => {
  it('come to the default bus as a build begins, goes on and ends', async () => {
    const heard = await hear(world.client, 'aws.codebuild');
    const { id, arn } = await world.start({
      ...world.commanded('true'),
      logsConfigOverride: {
        cloudWatchLogs: { status: 'ENABLED', groupName: '/pilotage/builds/acme', streamName: 'main' },
      },
    });
    const build = await world.ended(id);
    const told = await until(async () => {
      const isOver = heard.events.some(({ detail }) => detail['build-status'] === 'SUCCEEDED');
      return isOver && heard.events.length >= 11 && heard.events;
    });
    heard.close();
    const states = told.filter((one) => one['detail-type'] === 'CodeBuild Build State Change');
    expect(states.map(({ detail }) => detail['build-status']).sort()).toEqual(['IN_PROGRESS', 'SUCCEEDED']);
    const last = states.find(({ detail }) => detail['build-status'] === 'SUCCEEDED');
    expect(last).toMatchObject({
      ...{ source: 'aws.codebuild', account: '000000000000', region: 'us-east-1', resources: [arn] },
      detail: {
        ...{ 'project-name': PROJECT, 'build-id': arn, 'current-phase': 'COMPLETED', version: '1' },
        'additional-information': {
          'build-complete': true,
          'build-start-time': expect.stringMatching(/^[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d\d:\d\d [AP]M$/),
          logs: { 'group-name': '/pilotage/builds/acme', 'stream-name': `main/${id?.split(':')[1]}` },
          source: { type: 'NO_SOURCE' },
        },
      },
    });
    expect(build.logs?.streamName).toBe(`main/${id?.split(':')[1]}`);
    const phases = told.filter((one) => one['detail-type'] === 'CodeBuild Build Phase Change');
    expect(phases.map(({ detail }) => detail['completed-phase'])).toEqual(
      expect.arrayContaining(['DOWNLOAD_SOURCE', 'BUILD', 'UPLOAD_ARTIFACTS', 'FINALIZING']),
    );
  });
});

it('leaves no build behind when it is stopped', async () => {
  const { builds } = world;
  const { id } = await world.start(world.commanded('echo begun', 'sleep 600'));
  await until(async () => (await world.said(await world.look(id)).catch(() => '')).includes('begun'));
  const pids = () => readdirSync('/proc').filter((pid) => environmentOf(pid).includes(`CODEBUILD_BUILD_ID=${id}`));
  expect(pids().length).toBeGreaterThan(0);
  await builds.stop();
  expect(pids()).toEqual([]);
});

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
