import { ACCOUNT, REGION } from '../names.ts';

/** What CodeBuild was asked for, as far as it matters here. */
export interface Asked {
  projectName: string;
  idempotencyToken?: string;
  sourceLocationOverride: string;
  sourceVersion: string;
  /** Absent where what it makes is an image. */
  artifactsOverride: { location?: string; path: string; name: string };
  environmentVariablesOverride: { name: string; value: string }[];
  serviceRoleOverride: string;
  logsConfigOverride: { cloudWatchLogs: { groupName: string; streamName: string } };
}
/** A build, as it stands. */
export interface Build {
  id: string;
  /** The deployment whose step had it started. */
  by?: string;
  marker: string;
  commit: string;
  asked: Asked;
  status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'STOPPED';
  phase: string;
  startedAt: number;
  endedAt?: number;
  /** `sha256:…` of the artifact or the image that it left. */
  digest?: string;
}

/** Builds, oldest first, and the ids that tokens stand for. */
export interface Builds {
  all: Build[];
  tokens: Record<string, { at: number; build: string; asked: string }>;
}

export const noBuilds = (): Builds => ({ all: [], tokens: {} });

const logsOf = ({ id, asked: { logsConfigOverride } }: Build) => {
  const { groupName, streamName } = logsConfigOverride.cloudWatchLogs;
  return { groupName, streamName: `${streamName}/${id.split(':')[1]}` };
};

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html */
export const told = (build: Build) => ({
  id: build.id,
  buildStatus: build.status,
  currentPhase: build.phase,
  startTime: build.startedAt / 1000,
  phases:
    build.status === 'FAILED'
      ? [
          {
            phaseType: 'BUILD',
            phaseStatus: 'FAILED',
            contexts: [{ statusCode: 'COMMAND_EXECUTION_ERROR', message: 'exit status 1' }],
          },
        ]
      : [],
  environment: { environmentVariables: build.asked.environmentVariablesOverride },
  logs: logsOf(build),
});

/** https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html */
export const stateChange = ({ id, status, asked }: Build) => ({
  bus: 'default',
  source: 'aws.codebuild',
  'detail-type': 'CodeBuild Build State Change',
  detail: {
    'build-status': status,
    'project-name': asked.projectName,
    'build-id': `arn:aws:codebuild:${REGION}:${ACCOUNT}:build/${id}`,
    'additional-information': { environment: { 'environment-variables': asked.environmentVariablesOverride } },
  },
});
