import { endScaling, keepAbove, letScale, type Policy, putPolicy, putTimed, type Timed } from '../../aws/scaling.ts';
import { type Balancer, labelOf } from '../balanced/balancer.ts';
import type { Colour } from '../balanced/colours.ts';
import type { Limits, Scaling } from '../balanced/fleet.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { serviceName } from './names.ts';
import { type Stack, stackOf } from './stack.ts';

const resourceOf = (plan: Plan, { cluster }: Stack, colour: Colour): string =>
  `service/${cluster}/${serviceName(plan, colour)}`;

/**
 * Lets a colour's tasks come and go with the load.
 * @param least at least so many: those that it was brought up with, until it has the traffic that needs them.
 */
export async function startScaling(plan: Plan, colour: Colour, least: number): Promise<void> {
  const stack = stackOf(plan);
  const { scaling } = detailOf(plan);
  const resource = resourceOf(plan, stack, colour);
  await letScale(resource, least, Math.max(least, scaling.max));
  for (const policy of policiesOf(scaling, stack, colour)) await putPolicy(resource, policy);
  for (const timed of timesOf(scaling)) await putTimed(resource, timed);
}

/** Keeps a colour at least as large as this. */
export const holdScaling = (plan: Plan, colour: Colour, least: number): Promise<void> =>
  keepAbove(resourceOf(plan, stackOf(plan), colour), least);

/** Lets a colour become as small as it may be. */
export const relaxScaling = (plan: Plan, colour: Colour, { min, max }: Limits): Promise<void> =>
  letScale(resourceOf(plan, stackOf(plan), colour), min, max);

export const stopScaling = (plan: Plan, colour: Colour): Promise<void> =>
  endScaling(resourceOf(plan, stackOf(plan), colour));

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html */
export function policiesOf({ cpu, requests }: Scaling, balancer: Balancer, colour: Colour): Policy[] {
  const tracking = (PolicyName: string, TargetValue: number, PredefinedMetricSpecification: Metric): Policy => ({
    PolicyName,
    TargetTrackingScalingPolicyConfiguration: { TargetValue, PredefinedMetricSpecification },
  });
  const ResourceLabel = labelOf(balancer, colour);
  return [
    tracking('cpu', cpu, { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' }),
    ...(requests === undefined
      ? []
      : [tracking('requests', requests, { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel })]),
  ];
}

type Metric = NonNullable<
  NonNullable<Policy['TargetTrackingScalingPolicyConfiguration']>['PredefinedMetricSpecification']
>;

export const timesOf = ({ schedule = [], max: most }: Scaling): Timed[] =>
  schedule.map(({ at, timezone, min, max }, index) => ({
    ScheduledActionName: `time-${index + 1}`,
    Schedule: at,
    Timezone: timezone,
    ScalableTargetAction: { MinCapacity: min, MaxCapacity: max ?? Math.max(min, most) },
  }));
