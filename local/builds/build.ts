import type {
  Build as AwsBuild,
  BuildPhase as AwsPhase,
  BuildPhaseType,
  LogsConfig,
  ProjectArtifacts,
  ProjectCache,
  ProjectEnvironment,
  ProjectSource,
  StatusType,
} from '@aws-sdk/client-codebuild';

/** What is to be built and how: a project's settings with those of one build over them. */
export interface Order {
  project: string;
  source: ProjectSource;
  sourceVersion?: string;
  artifacts: ProjectArtifacts;
  environment: ProjectEnvironment;
  cache?: ProjectCache;
  logs?: LogsConfig;
  /** The role's ARN. */
  role: string;
  timeoutInMinutes: number;
  queuedTimeoutInMinutes: number;
}

export interface Phase {
  phaseType: BuildPhaseType;
  phaseStatus?: StatusType;
  startTime: Date;
  endTime?: Date;
  contexts: { statusCode: string; message: string }[];
}

/** A build, from its acceptance on. */
export interface Build {
  /** `<project>:<uuid>` */
  id: string;
  arn: string;
  number: number;
  order: Order;
  initiator: string;
  status: StatusType;
  startTime: Date;
  endTime?: Date;
  /** The last is the current one. */
  phases: Phase[];
  logs: { group: string; stream: string } | undefined;
  artifact?: { location: string; sha256sum?: string; md5sum?: string };
  exported: { name: string; value: string }[];
}

/** The UUID of a build's id. */
export const uuidOf = ({ id }: Pick<Build, 'id'>): string => id.slice(id.indexOf(':') + 1);

/** In seconds, as AWS JSON has times. */
const seconds = (at: Date): number => at.getTime() / 1000;

type Json<Shape> = { [Key in keyof Shape]: unknown };

/** A build as the API tells it: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html */
export function told(build: Build, region: string): Json<AwsBuild> {
  const { order, logs } = build;
  return {
    id: build.id,
    arn: build.arn,
    buildNumber: build.number,
    startTime: seconds(build.startTime),
    ...(build.endTime && { endTime: seconds(build.endTime) }),
    currentPhase: build.phases.at(-1)?.phaseType,
    buildStatus: build.status,
    ...(order.sourceVersion && { sourceVersion: order.sourceVersion }),
    projectName: order.project,
    phases: build.phases.map(toldPhase),
    source: order.source,
    secondarySources: [],
    secondarySourceVersions: [],
    artifacts: build.artifact ?? { location: '' },
    secondaryArtifacts: [],
    cache: order.cache ?? { type: 'NO_CACHE' },
    environment: order.environment,
    serviceRole: order.role,
    logs: {
      ...(logs && { groupName: logs.group, streamName: logs.stream, deepLink: deepLink(logs, region) }),
      cloudWatchLogs: order.logs?.cloudWatchLogs ?? { status: 'ENABLED' },
    },
    timeoutInMinutes: order.timeoutInMinutes,
    queuedTimeoutInMinutes: order.queuedTimeoutInMinutes,
    buildComplete: build.endTime !== undefined,
    initiator: build.initiator,
    exportedEnvironmentVariables: build.exported,
  };
}

const toldPhase = ({ phaseType, phaseStatus, startTime, endTime, contexts }: Phase): Json<AwsPhase> => ({
  phaseType,
  ...(phaseStatus && { phaseStatus }),
  startTime: seconds(startTime),
  ...(endTime && { endTime: seconds(endTime), durationInSeconds: lasted(startTime, endTime) }),
  contexts,
});

/** In whole seconds. */
export const lasted = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / 1000);

export const deepLink = ({ group, stream }: { group: string; stream: string }, region: string): string =>
  `https://console.aws.amazon.com/cloudwatch/home?region=${region}#logEvent:group=${group};stream=${stream}`;
