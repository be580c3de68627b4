import { nameIn, type Site } from '../../shared/preview/model.ts';
import { COLOURS } from '../../shared/preview/targets/server.ts';
import type { Part } from '../template.ts';
import { alarm, metric, result } from './alarms.ts';

type Alarms = NonNullable<Site['manifest']['alarms']>;

/** Of the numbers that EnvironmentHealth stands for, the first that is not well: `Degraded`. */
const DEGRADED = 20;

/**
 * What Elastic Beanstalk tells of both environments, each a number a minute.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-cloudwatch.html
 * @param isBalanced a single instance is as well as its answers are.
 */
export function environmentAlarms(site: Site, { errors, latency }: Alarms, isBalanced: boolean): Part {
  const of = (name: string, stat: string) =>
    COLOURS.map((colour) => {
      const dimension = { Name: 'EnvironmentName', Value: nameIn(site, 'beanstalk-environment', colour) };
      return metric(`${colour}${name}`, 'AWS/ElasticBeanstalk', name, [dimension], stat);
    });
  return {
    Resources: {
      ErrorsAlarm: alarm(
        site,
        'errors',
        `More than ${errors} % of the answers are 5xx`,
        [
          ...of('ApplicationRequestsTotal', 'Sum'),
          ...of('ApplicationRequests5xx', 'Sum'),
          result(
            '100 * (FILL(blueApplicationRequests5xx, 0) + FILL(greenApplicationRequests5xx, 0)) / (FILL(blueApplicationRequestsTotal, 0) + FILL(greenApplicationRequestsTotal, 0))',
            'percent of the answers that are 5xx',
          ),
        ],
        errors,
      ),
      LatencyAlarm: alarm(
        site,
        'latency',
        `More than 5 of 100 answers take longer than ${latency} ms`,
        [
          ...of('ApplicationLatencyP95', 'Maximum'),
          result(
            '1000 * MAX([blueApplicationLatencyP95, greenApplicationLatencyP95])',
            'milliseconds that 95 of 100 stay below',
          ),
        ],
        latency,
      ),
      ...(isBalanced && {
        UnhealthyAlarm: alarm(
          site,
          'unhealthy',
          'Elastic Beanstalk finds an environment degraded',
          [
            ...of('EnvironmentHealth', 'Maximum'),
            result('MAX([blueEnvironmentHealth, greenEnvironmentHealth])', 'how far an environment is from well'),
          ],
          DEGRADED - 1,
        ),
      }),
    },
  };
}
