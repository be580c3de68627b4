import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { unixTimes } from '../ec2/scaling.ts';
import type { Detail } from './detail.ts';

type Scaling = ResolvedFor<'beanstalk'>['scaling'];

/**
 * Other limits at other times, as Elastic Beanstalk takes them: by the five fields of Unix cron, in UTC.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-autoscalingscheduledaction
 */
export const timesOf = ({ schedule = [], max: most }: Pick<Scaling, 'schedule'> & { max: number }) =>
  schedule.map(({ at, min, max }): NonNullable<Detail['scaling']['times']>[number] => ({
    at: unixTimes(at) ?? at,
    // Of no instance at all nothing tells when one is wanted again.
    min: Math.max(1, min),
    max: Math.max(1, max ?? Math.max(min, most)),
  }));

/** Times that Elastic Beanstalk has no words for. */
export function timeProblems({ scaling: { schedule = [] }, beanstalk }: ResolvedFor<'beanstalk'>): Problem[] {
  if (schedule.length > 0 && beanstalk.loadBalancer === 'none')
    return [
      {
        code: 'SCHEDULE_NOT_SUPPORTED',
        message: 'scaling.schedule: a single instance has no limits that could change',
        expected: 'beanstalk.loadBalancer: application, or no schedule',
      },
    ];
  return schedule.flatMap(({ at, timezone }) => {
    if (!unixTimes(at))
      return {
        code: 'SCHEDULE_NOT_SUPPORTED',
        message: `scaling.schedule: ${at} is no time that Auto Scaling groups know`,
        expected: 'a cron expression of every year, without L, W and #, such as cron(0 7 ? * MON-FRI *)',
      };
    if (timezone !== 'UTC')
      return {
        code: 'SCHEDULE_NOT_SUPPORTED',
        message: `scaling.schedule: Elastic Beanstalk knows no time zone ${timezone}`,
        expected: 'timezone: UTC, and the hours in it',
      };
    return [];
  });
}
