import type {
  CreateAutoScalingGroupCommandInput,
  UpdateAutoScalingGroupCommandInput,
} from '@aws-sdk/client-auto-scaling';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { bearingTags } from '../balanced/bearing.ts';
import type { Colour } from '../balanced/colours.ts';
import type { Limits } from '../balanced/fleet.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { BEGUN, type Begun, beginning } from './groups.ts';
import { groupName, HOOK } from './names.ts';
import type { Stack } from './stack.ts';
import { answerWithin } from './user-data.ts';

/** Seconds for all that is installed; who does not say within them that it is, never will. */
const TO_INSTALL = 15 * 60;
const LONGEST_WAIT = 7200;

/** Seconds from an instance's start until it has to have told how its installation went. */
export const signalWithin = (plan: Plan): number =>
  Math.min(LONGEST_WAIT, TO_INSTALL + answerWithin(detailOf(plan).health));

/** An instance joins its target group once it says that it is installed, and ends where it never does. */
export const hookOf = (plan: Plan) => ({
  LifecycleHookName: HOOK,
  LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  HeartbeatTimeout: signalWithin(plan),
  DefaultResult: 'ABANDON',
});

/** What a group is made with; some of it AWS cannot change later. */
export function creating(
  plan: Plan,
  stack: Stack,
  colour: Colour,
  version: string,
  wanted: number,
  begun: Begun,
): CreateAutoScalingGroupCommandInput {
  const { health, scaling } = detailOf(plan);
  const tags = {
    ...ownerTags(plan),
    'pilotage:colour': colour,
    [BEGUN]: beginning(begun),
    ...bearingTags(health, scaling),
  };
  return {
    ...updating(plan, stack, colour, version, wanted),
    TargetGroupARNs: [stack.groups[colour]],
    LifecycleHookSpecificationList: [hookOf(plan)],
    // Those have them from the launch template, and their disks too.
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value, PropagateAtLaunch: false })),
  };
}

/** The same for a group that is there. Instances that run stay as they are: it is to have none. */
export function updating(
  plan: Plan,
  stack: Stack,
  colour: Colour,
  version: string,
  wanted: number,
): UpdateAutoScalingGroupCommandInput & { AutoScalingGroupName: string; MinSize: number; MaxSize: number } {
  const { health, scaling } = detailOf(plan);
  return {
    AutoScalingGroupName: groupName(plan, colour),
    // As many as are asked for, until they have the traffic that needs them: nothing is to take one away.
    MinSize: wanted,
    DesiredCapacity: wanted,
    MaxSize: Math.max(wanted, scaling.max),
    MixedInstancesPolicy: mixOf(plan, stack, version, false),
    VPCZoneIdentifier: stack.subnets.join(','),
    // Whom the load balancer finds ill is replaced.
    HealthCheckType: 'ELB',
    HealthCheckGracePeriod: health.grace,
    TerminationPolicies: ['OldestLaunchTemplate', 'AllocationStrategy', 'Default'],
    CapacityRebalance: true,
  };
}

/**
 * The base on demand, the rest by percent; on spot, of the types of which AWS has most.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
 */
export function mixOf(plan: Plan, { template }: Stack, version: string, allOnDemand: boolean) {
  const { capacity, types } = detailOf(plan);
  return {
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateId: template, Version: version },
      Overrides: types.map((InstanceType) => ({ InstanceType })),
    },
    InstancesDistribution: {
      OnDemandAllocationStrategy: 'prioritized',
      OnDemandBaseCapacity: capacity.base,
      OnDemandPercentageAboveBaseCapacity: allOnDemand ? 100 : 100 - capacity.spot,
      SpotAllocationStrategy: 'capacity-optimized',
    },
  };
}

/** As large as this, and no smaller. */
export const sized = (plan: Plan, colour: Colour, wanted: number): UpdateAutoScalingGroupCommandInput => ({
  AutoScalingGroupName: groupName(plan, colour),
  MinSize: wanted,
  DesiredCapacity: wanted,
  MaxSize: Math.max(wanted, detailOf(plan).scaling.max),
});

/** No smaller than this; what else limits it stays. */
export const held = (plan: Plan, colour: Colour, least: number): UpdateAutoScalingGroupCommandInput => ({
  AutoScalingGroupName: groupName(plan, colour),
  MinSize: least,
});

/** Between these, as large as it is. */
export const bounded = (plan: Plan, colour: Colour, { min, max }: Limits): UpdateAutoScalingGroupCommandInput => ({
  AutoScalingGroupName: groupName(plan, colour),
  MinSize: min,
  MaxSize: max,
});

/** None, and nothing that scales it may make one of it. */
export const emptied = (AutoScalingGroupName: string): UpdateAutoScalingGroupCommandInput => ({
  AutoScalingGroupName,
  MinSize: 0,
  DesiredCapacity: 0,
  MaxSize: 0,
});
