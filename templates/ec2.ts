import type { ResolvedFor } from '../shared/manifest/complete.ts';
import { ownerTags } from '../shared/manifest/owner-tags.ts';
import { nameIn, type Site } from '../shared/preview/model.ts';
import { ec2Plan } from '../shared/preview/targets/ec2.ts';
import { balancerAlarms } from './parts/alarms.ts';
import { backupsParts } from './parts/backups.ts';
import { balancerPart } from './parts/balancer.ts';
import { databaseParts } from './parts/database.ts';
import { filesPart } from './parts/files.ts';
import { frontPart } from './parts/front.ts';
import { instanceProfilePart } from './parts/instance-profile.ts';
import { logsPart } from './parts/logs.ts';
import { networkPart, subnetsOf } from './parts/network.ts';
import { BOUNDARY } from './parts/role.ts';
import { att, type Part, ref } from './template.ts';

/**
 * What the instances of a pilot need that lasts longer than a release: network, load balancer, volume, role, log
 * group, alarms, and the launch template. Its versions and the Auto Scaling groups are made with the releases.
 */
export function ec2Parts(site: Site<ResolvedFor<'ec2'>>): Part[] {
  const { alarms, ec2, network } = site.manifest;
  const { door } = ec2Plan(site);
  const placed = networkPart(site, network, door);
  const subnets = subnetsOf(placed, network.zones);
  return [
    BOUNDARY,
    placed.part,
    balancerPart(site, door, placed, ec2.port, 'instance'),
    frontPart(site, door),
    logsPart(site),
    instanceProfilePart(site),
    launchTemplatePart(site),
    ...(ec2.mount === undefined ? [] : [filesPart(site, placed.vpc, subnets)]),
    ...(ec2.mount === undefined ? [] : backupsParts(site, placed.vpc, subnets)),
    ...databaseParts(site, network, placed, att('TargetsGroup', 'GroupId')),
    balancerAlarms(site, alarms),
    {
      Resources: {},
      Outputs: {
        Subnets: {
          Description: 'Where the instances run, with commas between',
          Value: { 'Fn::Join': [',', subnets] },
        },
        TargetsGroup: { Description: 'The security group of the instances', Value: att('TargetsGroup', 'GroupId') },
      },
    },
  ];
}

/**
 * It is made with what is the same for all releases; nothing is ever started from that. Each release adds
 * versions of its own, and no update of the stack takes one away.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-launchtemplate.html
 */
const launchTemplatePart = (site: Site<ResolvedFor<'ec2'>>): Part => ({
  Resources: {
    LaunchTemplate: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: {
        LaunchTemplateName: nameIn(site, 'launch-template'),
        // CloudFormation hands the stack's tags on to none.
        TagSpecifications: [
          {
            ResourceType: 'launch-template',
            Tags: Object.entries(ownerTags({ pilot: site.manifest.name, environment: site.environment })).map(
              ([Key, Value]) => ({ Key, Value }),
            ),
          },
        ],
        LaunchTemplateData: {
          IamInstanceProfile: { Arn: att('InstanceProfile', 'Arn') },
          SecurityGroupIds: [att('TargetsGroup', 'GroupId')],
          MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        },
      },
    },
  },
  Outputs: {
    LaunchTemplate: { Description: 'The launch template that releases add versions to', Value: ref('LaunchTemplate') },
  },
});
