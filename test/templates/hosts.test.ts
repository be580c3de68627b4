import { hostsProvider } from '../../shared/targets/ecs/names.ts';
import type { Template } from '../../templates/template.ts';
import { at, of, texts } from './reading.ts';
import { TEMPLATES } from './samples.ts';

describe('instances of the pilot’s own', () => {
  const template = TEMPLATES['ecs-hosts'] as Template;
  const only = (type: string, name = 'ecs-hosts') => of(TEMPLATES[name] as Template, type)[0]?.Properties;
  const group = only('AWS::AutoScaling::AutoScalingGroup');

  it('begin with none, and have room for what comes beside what serves', () => {
    // Heavy traffic: at most nine, each colour as many, and once more for the tasks that a colour still has.
    expect(group).toMatchObject({ MinSize: '0', MaxSize: '27', NewInstancesProtectedFromScaleIn: true });
    expect(group).not.toHaveProperty('DesiredCapacity');
  });

  it('are never replaced by an update: only new ones are of the newest version', () => {
    expect(Object.keys(template.Resources.Hosts ?? {})).toEqual(['Type', 'Properties']);
    expect(at(group, 'MixedInstancesPolicy', 'LaunchTemplate', 'LaunchTemplateSpecification', 'Version')).toEqual({
      'Fn::GetAtt': ['HostTemplate', 'LatestVersionNumber'],
    });
  });

  it('are on demand as far as the manifest says, the others on spot, where others as large may stand in', () => {
    expect(at(group, 'MixedInstancesPolicy', 'InstancesDistribution')).toMatchObject({
      OnDemandBaseCapacity: 2,
      OnDemandPercentageAboveBaseCapacity: 25,
      SpotAllocationStrategy: 'capacity-optimized',
    });
    const types = (name: string) =>
      at(
        only('AWS::AutoScaling::AutoScalingGroup', name),
        'MixedInstancesPolicy',
        'LaunchTemplate',
        'Overrides',
      ) as object[];
    expect(types('ecs-hosts')).toEqual([{ InstanceType: 'm7i.large' }, { InstanceType: 'm6i.large' }]);
    expect(types('ecs-shared-hosts')).toEqual([{ InstanceType: 't4g.medium' }]);
  });

  it('keep their role from the tasks, take no key, and encrypt their disk', () => {
    const data = at(only('AWS::EC2::LaunchTemplate'), 'LaunchTemplateData');
    expect(data).toMatchObject({
      ImageId: 'resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id',
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [{ Ebs: { VolumeType: 'gp3', VolumeSize: 30, Encrypted: true } }],
    });
    expect(data).not.toHaveProperty('KeyName');
    expect(texts(data).join()).toContain('ECS_CLUSTER=\u0024{Cluster}\nECS_AWSVPC_BLOCK_IMDS=true\n');
    expect(at(only('AWS::EC2::LaunchTemplate', 'ecs-shared-hosts'), 'LaunchTemplateData', 'ImageId')).toContain(
      'arm64',
    );
  });

  it('are let in by nobody', () => {
    expect(template.Resources.HostGroup?.Properties).not.toHaveProperty('SecurityGroupIngress');
  });

  it('are the cluster’s capacity beside Fargate, under the name that releases ask for', () => {
    const providers = (name: string) =>
      at(only('AWS::ECS::ClusterCapacityProviderAssociations', name), 'CapacityProviders');
    expect(providers('ecs-hosts')).toEqual(['FARGATE', 'FARGATE_SPOT', { Ref: 'HostCapacity' }]);
    expect(providers('ecs-small')).toEqual(['FARGATE', 'FARGATE_SPOT']);
    expect(only('AWS::ECS::CapacityProvider')).toMatchObject({
      Name: hostsProvider({ pilot: 'acme-shop', environment: 'production' }),
      AutoScalingGroupProvider: { ManagedTerminationProtection: 'ENABLED', ManagedDraining: 'ENABLED' },
    });
  });

  it('reach ECS where there is no way to the internet', () => {
    const services = (name: string) =>
      of(TEMPLATES[name] as Template, 'AWS::EC2::VPCEndpoint').map(
        ({ Properties }) => texts(Properties?.ServiceName)[0],
      );
    for (const service of ['ecs', 'ecs-agent', 'ecs-telemetry'])
      expect(services('ecs-hosts')).toContain(`com.amazonaws.\u0024{AWS::Region}.${service}`);
    expect(services('ecs-without-cdn').join()).not.toContain('ecs-agent');
  });
});
