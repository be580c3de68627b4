import { createHash } from 'node:crypto';
import { findTaskDefinition, registerTaskDefinition } from '../../aws/ecs.ts';
import { FOLDER } from '../../configuration/render.ts';
import { canonicalJson } from '../../manifest/digest.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { databaseVariables } from '../database.ts';
import type { Plan } from '../target.ts';
import { settingsPoint } from './configuration.ts';
import { detailOf } from './detail.ts';
import { CONTAINER, familyOf } from './names.ts';
import { type Stack, stackOf } from './stack.ts';
import { secretsIn } from './variables.ts';

/**
 * Folders that can be written to where the root cannot: /tmp for the pilot, the others for the agent of
 * `pilot exec` (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html).
 */
const WRITABLE = { tmp: '/tmp', 'agent-state': '/var/lib/amazon/ssm', 'agent-logs': '/var/log/amazon/ssm' };

const VOLUME = 'files';
const SETTINGS = 'settings';

/**
 * The task definition of a release, all but its tags.
 * @param settings the access point of the release's own settings, where it has a file of them.
 */
export function taskDefinitionOf(plan: Plan, stack: Stack, settings?: string) {
  const detail = detailOf(plan);
  const scratch = detail.readOnly ? Object.entries(WRITABLE) : [];
  const { files } = stack;
  if (detail.mount && !files) throw new Error('ecs.mount is given, and the stack has no output FileSystem');
  const volume = detail.mount && files ? volumeOf(VOLUME, files.fileSystem, files.accessPoint) : undefined;
  const own = settings && files ? volumeOf(SETTINGS, files.fileSystem, settings) : undefined;
  const all = { ...detail.variables, ...databaseVariables(plan, detail.database) };
  const variables = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    family: familyOf(plan, plan.release),
    networkMode: 'awsvpc' as const,
    requiresCompatibilities: [detail.launch === 'ec2' ? ('EC2' as const) : ('FARGATE' as const)],
    cpu: String(detail.cpu),
    memory: String(detail.memory),
    runtimePlatform: {
      cpuArchitecture: detail.architecture === 'x86' ? ('X86_64' as const) : ('ARM64' as const),
      operatingSystemFamily: 'LINUX' as const,
    },
    ...(detail.launch === 'ec2' && { placementConstraints: [onProcessor(detail.architecture)] }),
    executionRoleArn: stack.executionRole,
    taskRoleArn: stack.taskRole,
    volumes: [...(volume ? [volume] : []), ...(own ? [own] : []), ...scratch.map(([name]) => ({ name }))],
    containerDefinitions: [
      {
        name: CONTAINER,
        image: detail.image,
        essential: true,
        portMappings: [{ containerPort: detail.port, protocol: 'tcp' as const }],
        ...(detail.command && { command: detail.command }),
        environment: variables.map(([name, value]) => ({ name, value })),
        secrets: secretsIn(plan, stack),
        user: detail.user,
        readonlyRootFilesystem: detail.readOnly,
        stopTimeout: detail.stopTimeout,
        mountPoints: [
          ...(detail.mount ? [{ sourceVolume: VOLUME, containerPath: detail.mount }] : []),
          // What is mounted within another one comes after it: https://github.com/opencontainers/runtime-spec/blob/main/config.md#mounts
          ...(own ? [{ sourceVolume: SETTINGS, containerPath: `${detail.mount}/${FOLDER}`, readOnly: true }] : []),
          ...scratch.map(([sourceVolume, containerPath]) => ({ sourceVolume, containerPath })),
        ],
        // Ends what `pilot exec` leaves behind.
        linuxParameters: { initProcessEnabled: true },
        logConfiguration: {
          logDriver: 'awslogs' as const,
          options: {
            'awslogs-group': stack.logs,
            'awslogs-region': stack.region,
            'awslogs-stream-prefix': plan.release,
          },
        },
      },
    ],
  };
}

/** While a pilot changes its processor there are instances of both: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html */
const onProcessor = (architecture: 'arm64' | 'x86') => ({
  type: 'memberOf' as const,
  expression: `attribute:ecs.cpu-architecture == ${architecture === 'x86' ? 'x86_64' : 'arm64'}`,
});

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-efs-config.html */
const volumeOf = (name: string, fileSystemId: string, accessPointId: string) => ({
  name,
  efsVolumeConfiguration: {
    fileSystemId,
    transitEncryption: 'ENABLED' as const,
    authorizationConfig: { accessPointId, iam: 'ENABLED' as const },
  },
});

/** Tells whether a registered definition says the same: the stack's part of it may have changed since. */
const CONTENT = 'pilotage:content';

/** The ARN of the release's task definition; registered where none of this content is. */
export async function ensureTaskDefinition(plan: Plan): Promise<string> {
  const stack = stackOf(plan);
  const definition = taskDefinitionOf(plan, stack, await settingsPoint(plan, stack));
  const content = createHash('sha256').update(canonicalJson(definition)).digest('hex');
  const found = await findTaskDefinition(definition.family);
  if (found?.tags[CONTENT] === content) return found.arn;
  const tags = { [CONTENT]: content, ...ownerTags(plan) };
  return registerTaskDefinition({
    ...definition,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  });
}
