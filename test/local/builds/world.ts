import { text } from 'node:stream/consumers';
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchGetBuildsCommand,
  type Build,
  CodeBuildClient,
  CreateProjectCommand,
  StartBuildCommand,
  type StartBuildCommandInput,
} from '@aws-sdk/client-codebuild';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { fromBufferPromise } from 'yauzl';
import { type TestBuilds, testBuilds } from '../../support/builds.ts';
import { zipOf } from '../../support/zip.ts';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

export const BUCKET = 'acme-builds';
export const PROJECT = 'acme-builds';
export const ROLE = 'arn:aws:iam::000000000000:role/acme-build';

const REPOSITORY = 'arn:aws:ecr:us-east-1:000000000000:repository/acme/*';

/** What a build needs; nothing more may be done by it. */
const ALLOWED = [
  { Action: 'ecr:PutImage', Resource: REPOSITORY },
  { Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource: `arn:aws:s3:::${BUCKET}/sources/*` },
  {
    Action: ['s3:PutObject', 's3:GetObject'],
    Resource: [`arn:aws:s3:::${BUCKET}/built/*`, `arn:aws:s3:::${BUCKET}/cache/*`],
  },
  { Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' },
  {
    Action: ['ssm:GetParameter', 'ssm:GetParameters'],
    Resource: 'arn:aws:ssm:us-east-1:000000000000:parameter/acme/*',
  },
  { Action: 'secretsmanager:GetSecretValue', Resource: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:acme/*' },
];

export type World = Awaited<ReturnType<typeof startWorld>>;

/** An emulator that enforces IAM, with CodeBuild beside it, a project, a role for its builds and a bucket. */
export async function startWorld(minute = 60_000) {
  const { emulator, end } = await runningEmulator();
  const client = clientOf(emulator);
  const builds: TestBuilds = await testBuilds({ emulatorUrl: emulator.url, minute });
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const codebuild = new CodeBuildClient({ ...client, endpoint: builds.url, maxAttempts: 1 });
  const logs = new CloudWatchLogsClient(client);
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }));
  await makeRole('acme-build', 'codebuild.amazonaws.com', ALLOWED);
  await codebuild.send(
    new CreateProjectCommand({
      ...{ name: PROJECT, source: { type: 'NO_SOURCE' }, artifacts: { type: 'NO_ARTIFACTS' }, serviceRole: ROLE },
      environment: {
        type: 'LINUX_CONTAINER',
        image: 'aws/codebuild/standard:7.0',
        computeType: 'BUILD_GENERAL1_SMALL',
      },
    }),
  );

  async function makeRole(RoleName: string, Service: string, statements: object[]): Promise<void> {
    const iam = new IAMClient(client);
    const document = (Statement: object[]) =>
      JSON.stringify({ Version: '2012-10-17', Statement: Statement.map((one) => ({ Effect: 'Allow', ...one })) });
    const AssumeRolePolicyDocument = document([{ Principal: { Service }, Action: 'sts:AssumeRole' }]);
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyDocument = document(statements);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'builds', PolicyDocument }));
  }

  /** Puts a source where builds find it, and gives what starts one of it. */
  async function sourceOf(files: Record<string, string> | Buffer): Promise<Partial<StartBuildCommandInput>> {
    const Body = Buffer.isBuffer(files) ? files : await zipOf(files);
    const Key = 'sources/source.zip';
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
    return {
      ...{ sourceTypeOverride: 'S3', sourceLocationOverride: `${BUCKET}/${Key}` },
      ...(VersionId && { sourceVersion: VersionId }),
    };
  }

  const start = async (asked: Partial<StartBuildCommandInput>): Promise<Build> =>
    (await codebuild.send(new StartBuildCommand({ projectName: PROJECT, ...asked }))).build ?? {};
  const look = async (id = ''): Promise<Build> =>
    (await codebuild.send(new BatchGetBuildsCommand({ ids: [id] }))).builds?.[0] ?? {};
  const ended = (id = '') =>
    until(async () => {
      const build = await look(id);
      return build.buildComplete && build;
    });
  /** Of a build that runs these commands in its phase `build`, and of nothing else. */
  const commanded = (...commands: string[]): Partial<StartBuildCommandInput> => ({
    sourceTypeOverride: 'NO_SOURCE',
    buildspecOverride: JSON.stringify({ version: 0.2, phases: { build: { commands } } }),
  });
  /** All that a build has said. */
  const said = async ({ logs: place }: Build): Promise<string> => {
    const named = { logGroupName: place?.groupName, logStreamName: place?.streamName, startFromHead: true };
    const { events = [] } = await logs.send(new GetLogEventsCommand(named));
    return events.map(({ message }) => message).join('');
  };
  /** The files of an artifact by their names; links as `-> where`. */
  const unzipped = async (Key: string): Promise<Record<string, string>> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    const zip = await fromBufferPromise(Buffer.from((await Body?.transformToByteArray()) ?? []), {});
    const files: Record<string, string> = {};
    for await (const entry of zip.eachEntry()) {
      const content = await text(await zip.openReadStreamPromise(entry, {}));
      const isLink = entry.externalFileAttributes >>> 28 === 0o12;
      files[entry.fileName] = isLink ? `-> ${content}` : content;
    }
    return files;
  };

  return {
    ...{ emulator, client, builds, codebuild, s3, makeRole, sourceOf, start, look, ended, commanded, said, unzipped },
    async end() {
      await builds.end();
      await end();
    },
  };
}

/** Where an artifact goes, as a zip. */
export const artifactTo = (name: string) => ({
  artifactsOverride: { type: 'S3' as const, location: BUCKET, path: 'built', name, packaging: 'ZIP' as const },
});

/** How each phase of a build ended. */
export const phasesOf = ({ phases = [] }: Build): Record<string, string | undefined> =>
  Object.fromEntries(phases.map(({ phaseType, phaseStatus }) => [phaseType, phaseStatus]));

/** What is told of the phases that did not go well. */
export const troubles = ({ phases = [] }: Build): string[] =>
  phases.flatMap(({ phaseStatus, contexts = [] }) =>
    phaseStatus === 'SUCCEEDED' ? [] : contexts.map(({ statusCode, message }) => `${statusCode}: ${message}`),
  );
