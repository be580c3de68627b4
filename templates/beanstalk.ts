import type { ResolvedFor } from '../shared/manifest/complete.ts';
import { nameIn, type Site } from '../shared/preview/model.ts';
import { logDaysOf } from '../shared/preview/parts/care.ts';
import { beanstalkPlan, taskLogGroup } from '../shared/preview/targets/beanstalk.ts';
import { databaseParts } from './parts/database.ts';
import { environmentAlarms } from './parts/environment-alarms.ts';
import { environmentGroups, environmentsBehind } from './parts/environment-front.ts';
import { environmentRoles } from './parts/environment-roles.ts';
import { frontPart } from './parts/front.ts';
import { networkPart, type Placed } from './parts/network.ts';
import { BOUNDARY } from './parts/role.ts';
import { att, type Part, type Resource, ref, type Value } from './template.ts';

/**
 * What the environments of a pilot need that lasts longer than a release: network, roles, security groups, log groups,
 * alarms, and what stands before the host that they swap. Application, versions and environments, with their load
 * balancers and instances, are made with the releases.
 */
export function beanstalkParts(site: Site<ResolvedFor<'beanstalk'>>): Part[] {
  const { alarms, domain, network } = site.manifest;
  const { door, logGroups = [] } = beanstalkPlan(site);
  const placed = networkPart(site, network, door);
  const isBalanced = door.balancer !== 'none';
  return [
    BOUNDARY,
    placed.part,
    environmentGroups(site, door, placed),
    frontPart(site, door, environmentsBehind(site)),
    environmentRoles(site),
    logGroupsPart(site, logGroups),
    ...(site.manifest.migrations ? [taskLogsPart(site)] : []),
    environmentAlarms(site, alarms, isBalanced),
    // A single instance answers visitors itself.
    ...databaseParts(site, network, placed, att(isBalanced ? 'InstancesGroup' : 'FrontGroup', 'GroupId')),
    {
      Resources: {},
      Outputs: {
        Network: { Description: 'The network', Value: placed.vpc },
        PublicSubnets: {
          Description: 'Where visitors come in, with commas between',
          Value: joined(placed.publicSubnets),
        },
        InstanceSubnets: {
          Description: 'Where instances behind load balancers run, with commas between',
          Value: joined(isBalanced ? placed.privateSubnets : placed.publicSubnets),
        },
        ...(domain &&
          isBalanced && {
            BalancerCertificate: { Description: 'What the load balancers show', Value: ref('Certificate') },
          }),
      },
    },
  ];
}

const joined = (subnets: Placed['publicSubnets']): Value => ({ 'Fn::Join': [',', subnets] });

/** What leader commands that run by themselves write to. */
const taskLogsPart = (site: Site): Part => ({
  Resources: {
    TaskLogs: keptLogs(site, taskLogGroup(nameIn(site, 'beanstalk-environment', 'task'))),
  },
});

/** What Elastic Beanstalk streams to, by the environments' names. They outlive the environments, and the pilot. */
const logGroupsPart = (site: Site, names: readonly string[]): Part => ({
  Resources: Object.fromEntries(
    names.map((LogGroupName, index) => [['BlueLogs', 'GreenLogs'][index] ?? '', keptLogs(site, LogGroupName)]),
  ),
});

const keptLogs = ({ manifest }: Site, LogGroupName: string): Resource => ({
  Type: 'AWS::Logs::LogGroup',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: { LogGroupName, RetentionInDays: logDaysOf(manifest) },
});
