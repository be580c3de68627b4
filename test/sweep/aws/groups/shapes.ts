import type { Shape } from '../query.ts';
import type { Activity, Group, Instance } from './state.ts';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html */
export const groupShape = (group: Group): Shape => ({
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  CreatedTime: new Date(group.createdAt),
  MinSize: group.min,
  MaxSize: group.max,
  DesiredCapacity: group.desired,
  MixedInstancesPolicy: {
    LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateId: group.template, Version: group.version } },
    InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: group.onDemand },
  },
  TargetGroupARNs: [group.targets],
  Instances: group.instances.map((one) => instanceShape(one, group)),
  Tags: Object.entries(group.tags).map(([Key, Value]) => ({ ResourceId: group.name, Key, Value })),
});

const instanceShape = ({ id, state, version }: Instance, { template }: Group): Shape => ({
  InstanceId: id,
  LifecycleState: state,
  HealthStatus: 'Healthy',
  LaunchTemplate: { LaunchTemplateId: template, Version: version },
});

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Activity.html */
export const activityShape = (activity: Activity): Shape => ({
  ActivityId: activity.id,
  Description: activity.description,
  Cause: activity.cause,
  StartTime: new Date(activity.at),
  EndTime: activity.endedAt === undefined ? undefined : new Date(activity.endedAt),
  StatusCode: activity.status,
  StatusMessage: activity.message,
});
