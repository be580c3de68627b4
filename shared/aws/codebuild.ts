import {
  AccountLimitExceededException,
  BatchGetBuildsCommand,
  type Build,
  CodeBuildClient,
  InvalidInputException,
  ListBuildsForProjectCommand,
  ResourceNotFoundException,
  StartBuildCommand,
  type StartBuildCommandInput,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { clientConfig } from './config.ts';

/**
 * CodeBuild, as far as Pilotage needs it: one project, of which each build says all that is its own.
 * @see https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html
 */
const client = new CodeBuildClient(clientConfig);

/** A build at one moment. */
export interface BuildNow {
  id: string;
  status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'FAULT' | 'TIMED_OUT' | 'STOPPED';
  /** The phase at work: `QUEUED`, `PROVISIONING`, `BUILD`… */
  phase: string;
  /** When its machine began to work, which may be long after it was asked for. */
  workingSince?: Date;
  /** The first phase that did not go well, and what CodeBuild says of it. */
  failed?: { phase: string; code: string; message: string };
  log?: { group: string; stream: string };
  /** Of the zip that it stored, 64 hex digits, where CodeBuild tells it. */
  sha256?: string;
}

export type Starting = { id: string } | { refused: 'busy' | 'role' | 'input'; reason: string };

/** The environment variable that tells which build it is, should the answer to its start be lost. */
export const MARKER = 'PILOTAGE_BUILD';

/**
 * Starts a build. With the same token again within five minutes it is the same build.
 * @returns `busy`: so many builds run already; `role`: CodeBuild does not know it, or not yet; `input`: it will never take that.
 * @see https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html
 */
export async function startBuild(input: StartBuildCommandInput): Promise<Starting> {
  try {
    const { build } = await client.send(new StartBuildCommand(input));
    if (!build?.id) throw new Error('CodeBuild started a build and did not tell which');
    return { id: build.id };
  } catch (error) {
    if (error instanceof AccountLimitExceededException) return { refused: 'busy', reason: error.message };
    if (!(error instanceof InvalidInputException)) throw error;
    const isRole = /\brole\b|AssumeRole/i.test(error.message);
    return { refused: isRole ? 'role' : 'input', reason: error.message };
  }
}

/** Undefined where CodeBuild does not know it: not yet, or no more. */
export async function findBuild(id: string): Promise<BuildNow | undefined> {
  const { builds = [] } = await client.send(new BatchGetBuildsCommand({ ids: [id] }));
  return builds[0] && buildNow(builds[0]);
}

/**
 * The build that was started with that marker, among the latest of the project.
 * @see https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ListBuildsForProject.html
 */
export async function findMarked(project: string, marker: string): Promise<string | undefined> {
  const { ids = [] } = await client.send(
    new ListBuildsForProjectCommand({ projectName: project, sortOrder: 'DESCENDING' }),
  );
  if (ids.length === 0) return undefined;
  const { builds = [] } = await client.send(new BatchGetBuildsCommand({ ids: ids.slice(0, 100) }));
  return builds.find(({ environment }) =>
    environment?.environmentVariables?.some(({ name, value }) => name === MARKER && value === marker),
  )?.id;
}

/** Ends a build; one that is over stays as it is. */
export async function stopBuild(id: string): Promise<void> {
  try {
    await client.send(new StopBuildCommand({ id }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html */
const BEFORE_WORK = ['SUBMITTED', 'QUEUED', 'PROVISIONING'];

function buildNow({ id = '', buildStatus, currentPhase = '', phases = [], logs, artifacts }: Build): BuildNow {
  const failed = phases.find(({ phaseStatus }) => phaseStatus && phaseStatus !== 'SUCCEEDED');
  const [context] = failed?.contexts ?? [];
  const working = phases.find(({ phaseType = '' }) => !BEFORE_WORK.includes(phaseType))?.startTime;
  const { groupName, streamName } = { ...logs };
  const sha256 = artifacts?.sha256sum?.toLowerCase();
  return {
    id,
    status: buildStatus ?? 'IN_PROGRESS',
    phase: currentPhase,
    ...(working && { workingSince: working }),
    ...(failed && {
      failed: {
        phase: failed.phaseType ?? '',
        code: context?.statusCode ?? '',
        message: context?.message ?? '',
      },
    }),
    ...(groupName && streamName && { log: { group: groupName, stream: streamName } }),
    ...(sha256 && { sha256 }),
  };
}
