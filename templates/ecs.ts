import type { ResolvedFor } from '../shared/manifest/complete.ts';
import { nameIn, type Site } from '../shared/preview/model.ts';
import { ecsPlan, hostsIn } from '../shared/preview/targets/ecs.ts';
import { balancerAlarms } from './parts/alarms.ts';
import { backupsParts } from './parts/backups.ts';
import { balancerPart } from './parts/balancer.ts';
import { databaseParts } from './parts/database.ts';
import { filesPart, usingFiles } from './parts/files.ts';
import { frontPart } from './parts/front.ts';
import { HOST_CAPACITY, hostsPart } from './parts/hosts.ts';
import { logsPart } from './parts/logs.ts';
import { networkPart, subnetsOf } from './parts/network.ts';
import { allow, BOUNDARY, readingPassword, readingSecrets, role, SPEAKING, type Statement } from './parts/role.ts';
import { neverAsWriter, settingsWriterPart } from './parts/settings-writer.ts';
import { arn, att, type Part, ref, sub, type Value } from './template.ts';

/**
 * What the services of a pilot need that lasts longer than a release: network,
 * load balancer, cluster, instances of its own, volume, roles, log group, alarms. Services and task
 * definitions are made with the releases.
 */
export function ecsParts(site: Site<ResolvedFor<'ecs'>>): Part[] {
  const { alarms, ecs, network } = site.manifest;
  const { door } = ecsPlan(site);
  const hosts = hostsIn(site);
  const placed = networkPart(site, network, door);
  const subnets = subnetsOf(placed, network.zones);
  return [
    BOUNDARY,
    placed.part,
    balancerPart(site, door, placed, ecs.port),
    frontPart(site, door),
    logsPart(site),
    clusterPart(site, hosts !== undefined),
    ...(hosts ? [hostsPart(site, hosts, placed.vpc, subnets)] : []),
    ...(ecs.mount === undefined ? [] : [filesPart(site, placed.vpc, subnets, ecs.user)]),
    ...(hasSettings(site) ? [settingsWriterPart(site, placed.vpc, subnets)] : []),
    ...(ecs.mount === undefined ? [] : backupsParts(site, placed.vpc, subnets)),
    ...databaseParts(site, network, placed, att('TargetsGroup', 'GroupId')),
    balancerAlarms(site, alarms),
    {
      Resources: {},
      Outputs: {
        Subnets: {
          Description: 'Where the tasks run, with commas between',
          Value: { 'Fn::Join': [',', subnets] },
        },
        TargetsGroup: { Description: 'The security group of the tasks', Value: att('TargetsGroup', 'GroupId') },
      },
    },
  ];
}

const clusterPart = (site: Site<ResolvedFor<'ecs'>>, hasHosts: boolean): Part => ({
  Resources: {
    Cluster: {
      Type: 'AWS::ECS::Cluster',
      Properties: {
        ClusterName: nameIn(site, 'cluster'),
        Configuration: { ExecuteCommandConfiguration: { Logging: 'DEFAULT' } },
      },
    },
    // Not the cluster's own property: instances need the cluster, and what makes them its capacity needs the instances.
    ClusterCapacity: {
      Type: 'AWS::ECS::ClusterCapacityProviderAssociations',
      Properties: {
        Cluster: ref('Cluster'),
        CapacityProviders: ['FARGATE', 'FARGATE_SPOT', ...(hasHosts ? [ref(HOST_CAPACITY)] : [])],
        // Each service says itself what it runs on.
        DefaultCapacityProviderStrategy: [],
      },
    },
    // What the container agent does before the task begins: image, secrets, log streams.
    ExecutionRole: role(site, 'execution', 'ecs-tasks.amazonaws.com', [
      ...pulling(site),
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], att('Logs', 'Arn')),
      ...readingSecrets(site),
    ]),
    // What the pilot's own code does: nothing but `pilot exec`, until it is given more.
    TaskRole: role(site, 'task', 'ecs-tasks.amazonaws.com', [
      SPEAKING,
      ...usingFiles(site.manifest.ecs.mount),
      ...(hasSettings(site) ? [neverAsWriter] : []),
      ...readingPassword(site),
    ]),
  },
  Outputs: {
    Cluster: { Description: 'The cluster', Value: ref('Cluster') },
    ExecutionRole: { Description: 'The role of the container agent', Value: att('ExecutionRole', 'Arn') },
    TaskRole: { Description: 'The role of the tasks', Value: att('TaskRole', 'Arn') },
  },
});

const hasSettings = ({ manifest: { ecs, config } }: Site<ResolvedFor<'ecs'>>): boolean =>
  ecs.mount !== undefined && config?.file !== undefined;

/** Pulling the image, where it lies in ECR: of that one repository. */
function pulling(site: Site<ResolvedFor<'ecs'>>): Statement[] {
  const { git, image } = site.manifest.source;
  const repository = git ? arn('ecr', `repository/${nameIn(site, 'repository')}`) : repositoryOf(image ?? '');
  if (!repository) return [];
  return [
    allow(['ecr:GetAuthorizationToken'], '*'),
    allow(['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], repository),
  ];
}

/** Of `123456789012.dkr.ecr.eu-central-1.amazonaws.com/acme/shop:1.4`; other registries need no right. */
function repositoryOf(image: string): Value | undefined {
  const [, account, region, name] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/.exec(image) ?? [];
  return account && sub(`arn:\${AWS::Partition}:ecr:${region}:${account}:repository/${name}`);
}
