import {
  endGroupScaling,
  type GroupPolicy,
  type GroupTimed,
  putGroupPolicy,
  putGroupTimed,
} from '../../aws/group-scaling.ts';
import { type Balancer, labelOf } from '../balanced/balancer.ts';
import type { Colour } from '../balanced/colours.ts';
import type { Scaling } from '../balanced/fleet.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { groupName } from './names.ts';
import { stackOf } from './stack.ts';

/** Lets a colour's instances come and go with the load, and by the clock; by nothing else that was there before. */
export async function startScaling(plan: Plan, colour: Colour): Promise<void> {
  const { scaling } = detailOf(plan);
  const name = groupName(plan, colour);
  const policies = policiesOf(scaling, stackOf(plan), colour);
  const times = timesOf(scaling);
  await endGroupScaling(name, [
    ...policies.map(({ PolicyName }) => PolicyName),
    ...times.map(({ ScheduledActionName }) => ScheduledActionName),
  ]);
  for (const policy of policies) await putGroupPolicy(name, policy);
  for (const timed of times) await putGroupTimed(name, timed);
}

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html */
export function policiesOf({ cpu, requests }: Scaling, balancer: Balancer, colour: Colour): GroupPolicy[] {
  const tracking = (PolicyName: string, TargetValue: number, PredefinedMetricSpecification: Metric): GroupPolicy => ({
    PolicyName,
    TargetTrackingConfiguration: { TargetValue, PredefinedMetricSpecification },
  });
  const ResourceLabel = labelOf(balancer, colour);
  return [
    tracking('cpu', cpu, { PredefinedMetricType: 'ASGAverageCPUUtilization' }),
    ...(requests === undefined
      ? []
      : [tracking('requests', requests, { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel })]),
  ];
}

type Metric = NonNullable<NonNullable<GroupPolicy['TargetTrackingConfiguration']>['PredefinedMetricSpecification']>;

const CRON = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+)(?: \*)?\)$/;

/**
 * Other limits at other times. Auto Scaling takes the five fields of Unix, where the manifest has the six of AWS: a
 * question mark is a star, and the days of the week count from 0 and not from 1.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
 */
export const timesOf = ({ schedule = [], max: most }: Scaling): GroupTimed[] =>
  schedule.map(({ at, timezone, min, max }, index) => ({
    ScheduledActionName: `time-${index + 1}`,
    Recurrence: recurrenceOf(at),
    TimeZone: timezone,
    MinSize: min,
    MaxSize: max ?? Math.max(min, most),
  }));

/** @throws where it is none that `unixTimes` takes: the plan refuses those. */
function recurrenceOf(at: string): string {
  const times = unixTimes(at);
  if (!times) throw new Error(`${at} is no time that Auto Scaling knows`);
  return times;
}

/** `cron(0 8 ? * MON-FRI *)` as `0 8 * * MON-FRI`; undefined where Auto Scaling has no words for it. */
export function unixTimes(at: string): string | undefined {
  const [, minute, hour, day, month, weekday] = CRON.exec(at) ?? [];
  if (!minute || !hour || !day || !month || !weekday || /[LW#]/.test(day + weekday)) return undefined;
  const days = weekday.replace(/\d+/g, (number, from: number) =>
    weekday[from - 1] === '/' ? number : String(Number(number) - 1),
  );
  return [minute, hour, day, month, days].map((field) => (field === '?' ? '*' : field)).join(' ');
}
