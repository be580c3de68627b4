import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Project, StartBuildInput } from '@aws-sdk/client-codebuild';
import { roleArn, type Where } from './aws.ts';
import type { Build, Order } from './build.ts';
import { invalid } from './refusal.ts';

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html */
const TIMEOUT = { least: 5, most: 2160, usual: 60 };
const QUEUED = { least: 5, most: 480, usual: 480 };

/** A project's settings, with those of one build over them. @throws Refusal where that cannot be built. */
export function orderOf(project: Project, asked: StartBuildInput, where: Where): Order {
  const source = { ...(project.source ?? { type: 'NO_SOURCE' as const }) };
  if (asked.sourceTypeOverride) source.type = asked.sourceTypeOverride;
  if (asked.sourceLocationOverride) source.location = asked.sourceLocationOverride;
  if (asked.buildspecOverride !== undefined) source.buildspec = asked.buildspecOverride;
  if (source.type !== 'S3' && source.type !== 'NO_SOURCE')
    throw invalid(`A source of type ${source.type} cannot be built on this machine: S3 and NO_SOURCE can`);
  if (source.type === 'S3' && !/^[^/]+\/./.test(source.location ?? ''))
    throw invalid('Invalid project source: location must be a valid S3 source: bucket/key');
  if (source.type === 'NO_SOURCE' && !source.buildspec?.trim())
    throw invalid('Invalid project source: a buildspec is required for NO_SOURCE');
  const artifacts = asked.artifactsOverride ?? project.artifacts ?? { type: 'NO_ARTIFACTS' as const };
  if (artifacts.type === 'S3' && !artifacts.location) throw invalid('Invalid artifacts: must have a location');
  if (artifacts.type === 'CODEPIPELINE') throw invalid('Artifacts type CODEPIPELINE cannot be built on this machine');
  const version = asked.sourceVersion ?? project.sourceVersion;
  const cache = asked.cacheOverride ?? project.cache;
  const logs = asked.logsConfigOverride ?? project.logsConfig;
  return {
    project: project.name ?? '',
    source,
    ...(version && { sourceVersion: version }),
    artifacts,
    environment: environmentOf(project, asked),
    ...(cache && { cache }),
    ...(logs && { logs }),
    role: roleArn(asked.serviceRoleOverride ?? project.serviceRole ?? '', where),
    timeoutInMinutes: minutes('timeoutInMinutes', asked.timeoutInMinutesOverride ?? project.timeoutInMinutes, TIMEOUT),
    queuedTimeoutInMinutes: minutes(
      'queuedTimeoutInMinutes',
      asked.queuedTimeoutInMinutesOverride ?? project.queuedTimeoutInMinutes,
      QUEUED,
    ),
  };
}

function environmentOf({ environment }: Project, asked: StartBuildInput): Order['environment'] {
  const variables = new Map(
    [...(environment?.environmentVariables ?? []), ...(asked.environmentVariablesOverride ?? [])].map((one) => [
      one.name,
      { ...one, type: one.type ?? ('PLAINTEXT' as const) },
    ]),
  );
  return {
    type: asked.environmentTypeOverride ?? environment?.type ?? 'LINUX_CONTAINER',
    image: asked.imageOverride ?? environment?.image ?? '',
    computeType: asked.computeTypeOverride ?? environment?.computeType ?? 'BUILD_GENERAL1_SMALL',
    privilegedMode: asked.privilegedModeOverride ?? environment?.privilegedMode ?? false,
    environmentVariables: [...variables.values()],
    ...(asked.fleetOverride && { fleet: asked.fleetOverride }),
  };
}

function minutes(
  name: string,
  asked: number | undefined,
  { least, most, usual }: { least: number; most: number; usual: number },
): number {
  const value = asked ?? usual;
  if (!Number.isInteger(value) || value < least || value > most)
    throw invalid(`Invalid ${name}: value must be between ${least} and ${most}`);
  return value;
}

/** A build that was accepted a moment ago. */
export function newBuild(order: Order, number: number, { region, account }: Where, initiator: string): Build {
  const uuid = randomUUID();
  const id = `${order.project}:${uuid}`;
  const at = new Date();
  const { status = 'ENABLED', groupName, streamName } = order.logs?.cloudWatchLogs ?? {};
  return {
    id,
    arn: `arn:aws:codebuild:${region}:${account}:build/${id}`,
    number,
    order,
    initiator,
    status: 'IN_PROGRESS',
    startTime: at,
    phases: [{ phaseType: 'SUBMITTED', phaseStatus: 'SUCCEEDED', startTime: at, endTime: at, contexts: [] }],
    logs:
      status === 'ENABLED'
        ? {
            group: groupName ?? `/aws/codebuild/${order.project}`,
            stream: streamName ? `${streamName}/${uuid}` : uuid,
          }
        : undefined,
    exported: [],
  };
}

/** Which build each token has started, for as long as that counts. */
export interface Tokens {
  /** @throws Refusal where the token came with something else before. */
  find(asked: StartBuildInput): Build | undefined;
  keep(asked: StartBuildInput, build: Build): void;
}

const COUNTS_MINUTES = 5;

/** @param minute milliseconds that a minute takes. */
export function tokensFor(minute: number): Tokens {
  const known = new Map<string, { asked: StartBuildInput; build: Build; at: number }>();
  return {
    find(asked) {
      const found = known.get(asked.idempotencyToken ?? '');
      if (!found || Date.now() - found.at >= COUNTS_MINUTES * minute) return undefined;
      if (!isDeepStrictEqual(found.asked, asked))
        throw invalid('Parameter mismatch: the idempotency token was used with other parameters');
      return found.build;
    },
    keep(asked, build) {
      if (asked.idempotencyToken) known.set(asked.idempotencyToken, { asked, build, at: Date.now() });
    },
  };
}
