import { createHash } from 'node:crypto';
import type { EnvironmentVariable, StartBuildCommandInput } from '@aws-sdk/client-codebuild';
import { MARKER } from '../aws/codebuild.ts';
import { setting } from '../aws/config.ts';
import type { BuildRow } from '../ledger/builds.ts';
import type { Resolved } from '../manifest/complete.ts';
import { buildspecOf } from './buildspec.ts';
import { LEAST_TIMEOUT_MINUTES, QUEUE_HOURS } from './limits.ts';
import { isOfCodeBuild, machineOf } from './machine.ts';
import { artifactAt, cacheAt, imageAt, logGroupOf, markerOf, sourceAt } from './places.ts';
import { buildRoleOf } from './role.ts';
import { variablesOf } from './variables.ts';
import type { Building } from './wanted.ts';

/** A build that is to be made. */
export interface BuildAsked {
  pilot: string;
  environment: string;
  building: Building;
  manifest: Resolved;
}

/** What CodeBuild is asked for: the project says nothing of a build, so all of it stands here. */
export function startOf(asked: BuildAsked, row: BuildRow): StartBuildCommandInput {
  const { pilot, environment, building, manifest } = asked;
  const { build } = manifest;
  const machine = machineOf(manifest);
  const marker = markerOf(asked, row);
  const source = sourceAt(asked, row);
  return {
    projectName: setting('BUILD_PROJECT'),
    idempotencyToken: createHash('sha256').update(marker).digest('hex'),
    sourceTypeOverride: 'S3',
    sourceLocationOverride: `${source.bucket}/${source.key}`,
    sourceVersion: row.source,
    buildspecOverride: buildspecOf(building, manifest),
    artifactsOverride: artifactsOf(asked, row),
    cacheOverride: cacheOf(asked),
    environmentTypeOverride: machine.type,
    imageOverride: machine.image,
    imagePullCredentialsTypeOverride: isOfCodeBuild(machine.image) ? 'CODEBUILD' : 'SERVICE_ROLE',
    computeTypeOverride: machine.compute,
    // Docker itself runs only so.
    privilegedModeOverride: building.as === 'image',
    environmentVariablesOverride: variables(asked, row, marker),
    serviceRoleOverride: buildRoleOf(pilot, environment).arn,
    logsConfigOverride: {
      cloudWatchLogs: { status: 'ENABLED', groupName: logGroupOf(pilot), streamName: environment },
      s3Logs: { status: 'DISABLED' },
    },
    timeoutInMinutesOverride: Math.max(LEAST_TIMEOUT_MINUTES, Math.ceil((build?.timeout ?? 0) / 60)),
    queuedTimeoutInMinutesOverride: QUEUE_HOURS * 60,
    ...(build?.spot && { fleetOverride: { fleetArn: setting('BUILD_FLEET') } }),
  };
}

function artifactsOf(asked: BuildAsked, row: BuildRow): StartBuildCommandInput['artifactsOverride'] {
  if (asked.building.as === 'image') return { type: 'NO_ARTIFACTS' };
  const { bucket, folder, file } = artifactAt(asked, row);
  return { type: 'S3', location: bucket, path: folder, name: file, namespaceType: 'NONE', packaging: 'ZIP' };
}

/**
 * A pilot’s own, and never a machine’s: the project is all pilots’, and so would be what a local cache keeps for it. Docker’s
 * layers are kept nowhere else.
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/caching-local.html
 */
function cacheOf(asked: BuildAsked): StartBuildCommandInput['cacheOverride'] {
  if (!asked.manifest.build?.cache || asked.building.as === 'image') return { type: 'NO_CACHE' };
  return { type: 'S3', location: cacheAt(asked) };
}

function variables(asked: BuildAsked, row: BuildRow, marker: string): EnvironmentVariable[] {
  const { environment, building, manifest } = asked;
  const image = imageAt(asked, row, building);
  const given = {
    [MARKER]: marker,
    PILOTAGE_COMMIT: building.commit,
    PILOTAGE_REPOSITORY: building.repository,
    PILOTAGE_ENVIRONMENT: environment,
    ...(building.as === 'image' && {
      PILOTAGE_REGISTRY: image.registry,
      PILOTAGE_IMAGE: `${image.registry}/${image.repository}:${image.tag}`,
    }),
  };
  return [
    ...Object.entries(given).map(([name, value]) => ({ name, value, type: 'PLAINTEXT' as const })),
    ...variablesOf(manifest, environment),
  ];
}
