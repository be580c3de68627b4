import type { ResolvedFor } from '../../shared/manifest/complete.ts';
import { ownerTags } from '../../shared/manifest/owner-tags.ts';
import { nameIn, type Site } from '../../shared/preview/model.ts';
import { DISK, type Hosts } from '../../shared/preview/targets/ecs-hosts.ts';
import { att, type Part, type Resource, ref, sub, type Value } from '../template.ts';
import { hostProfile } from './host-role.ts';

type EcsSite = Site<ResolvedFor<'ecs'>>;

/** The name, in the template, of what joins the instances to the cluster. */
export const HOST_CAPACITY = 'HostCapacity';

/**
 * Instances that the tasks run on, in place of Fargate: a group that begins empty, which
 * ECS makes as large as the tasks need it, and which no update of the stack ever replaces: new
 * instances are of the newest version of the launch template, those that run stay until their tasks have gone.
 */
export const hostsPart = (site: EcsSite, hosts: Hosts, vpc: Value, subnets: Value): Part => ({
  Resources: {
    ...hostProfile(site),
    HostGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupName: nameIn(site, 'security-group', 'hosts'),
        GroupDescription: 'Instances that run tasks: nobody reaches them; the tasks have a group of their own',
        VpcId: vpc,
      },
    },
    HostTemplate: launchTemplate(site, hosts),
    Hosts: scalingGroup(site, hosts, subnets),
    [HOST_CAPACITY]: {
      Type: 'AWS::ECS::CapacityProvider',
      Properties: {
        Name: nameIn(site, 'capacity-provider', 'hosts'),
        AutoScalingGroupProvider: {
          AutoScalingGroupArn: ref('Hosts'),
          ManagedScaling: { Status: 'ENABLED', TargetCapacity: 100 },
          // Instances with tasks are not taken for fewer, and before one goes its tasks start elsewhere.
          ManagedTerminationProtection: 'ENABLED',
          ManagedDraining: 'ENABLED',
        },
      },
    },
  },
});

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html */
const IMAGES = {
  arm64: '/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id',
  x86: '/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id',
};

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html */
function launchTemplate(site: EcsSite, { type }: Hosts): Resource {
  const tags = tagsOf(site);
  return {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateName: nameIn(site, 'launch-template', 'hosts'),
      // CloudFormation hands the stack's tags on to neither.
      TagSpecifications: [{ ResourceType: 'launch-template', Tags: tags }],
      LaunchTemplateData: {
        ImageId: `resolve:ssm:${IMAGES[site.manifest.ecs.architecture]}`,
        InstanceType: type,
        IamInstanceProfile: { Arn: att('HostProfile', 'Arn') },
        SecurityGroupIds: [att('HostGroup', 'GroupId')],
        // The hop limit keeps containers of other network modes away, the agent's own setting those of ours.
        MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: [
          {
            DeviceName: '/dev/xvda',
            Ebs: { VolumeType: 'gp3', VolumeSize: DISK, Encrypted: true, DeleteOnTermination: true },
          },
        ],
        TagSpecifications: [{ ResourceType: 'volume', Tags: tags }],
        UserData: { 'Fn::Base64': sub(USER_DATA) },
      },
    },
  };
}

const tagsOf = ({ manifest, environment }: EcsSite): Value =>
  Object.entries(ownerTags({ pilot: manifest.name, environment })).map(([Key, Value]) => ({ Key, Value }));

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html */
const USER_DATA = `#!/bin/bash
cat >> /etc/ecs/ecs.config <<'END'
ECS_CLUSTER=\${Cluster}
ECS_AWSVPC_BLOCK_IMDS=true
ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
END
`;

function scalingGroup(site: EcsSite, { type, alike, most }: Hosts, subnets: Value): Resource {
  const { base, spot } = site.manifest.capacity;
  return {
    Type: 'AWS::AutoScaling::AutoScalingGroup',
    Properties: {
      AutoScalingGroupName: nameIn(site, 'scaling-group', 'hosts'),
      VPCZoneIdentifier: subnets,
      // ECS says how many; with none to begin with, a stack that cannot be completed has none in its way.
      MinSize: '0',
      MaxSize: String(most),
      NewInstancesProtectedFromScaleIn: true,
      MixedInstancesPolicy: {
        InstancesDistribution: {
          OnDemandAllocationStrategy: 'prioritized',
          OnDemandBaseCapacity: base,
          OnDemandPercentageAboveBaseCapacity: 100 - spot,
          SpotAllocationStrategy: 'capacity-optimized',
        },
        LaunchTemplate: {
          LaunchTemplateSpecification: {
            LaunchTemplateId: ref('HostTemplate'),
            Version: att('HostTemplate', 'LatestVersionNumber'),
          },
          Overrides: [type, ...(spot > 0 ? alike : [])].map((InstanceType) => ({ InstanceType })),
        },
      },
      Tags: [
        { Key: 'Name', Value: nameIn(site, 'scaling-group', 'hosts'), PropagateAtLaunch: true },
        // ECS sets it; without it here an update would take it away.
        { Key: 'AmazonECSManaged', Value: 'true', PropagateAtLaunch: true },
      ],
    },
  };
}
