import { nameIn, type Site } from '../../shared/preview/model.ts';
import { att, type Part, type Resource, type Value } from '../template.ts';

type Alarms = NonNullable<Site['manifest']['alarms']>;

/** One metric, or an expression over others. */
type Query = { Id: string; ReturnData: boolean } & Record<string, Value>;

const MINUTE = 60;
/** In so many of the last five minutes. */
const MINUTES = 2;

/** An alarm of the pilot's, on the one of the metrics that gives the result. */
export function alarm(site: Site, name: string, says: string, Metrics: Query[], Threshold: number): Resource {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: nameIn(site, 'alarm', name),
      AlarmDescription: says,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold,
      EvaluationPeriods: 5,
      DatapointsToAlarm: MINUTES,
      // Nobody asks, nothing is wrong.
      TreatMissingData: 'notBreaching',
      Metrics,
    },
  };
}

/** A metric that the result is reckoned from. */
export const metric = (Id: string, Namespace: string, MetricName: string, Dimensions: Value, Stat: string): Query => ({
  Id,
  ReturnData: false,
  MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: MINUTE, Stat },
});

/** What an alarm goes by. */
export const result = (Expression: string, Label: string): Query => ({
  Id: 'result',
  ReturnData: true,
  Expression,
  Label,
});

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
export function balancerAlarms(site: Site, { errors, latency }: Alarms): Part {
  const balancer = { Name: 'LoadBalancer', Value: att('Balancer', 'LoadBalancerFullName') };
  const of = (id: string, name: string, stat: string) => metric(id, 'AWS/ApplicationELB', name, [balancer], stat);
  const unhealthyIn = (colour: string, targets: string) => {
    const group = { Name: 'TargetGroup', Value: att(targets, 'TargetGroupFullName') };
    return metric(colour, 'AWS/ApplicationELB', 'UnHealthyHostCount', [group, balancer], 'Maximum');
  };
  return {
    Resources: {
      ErrorsAlarm: alarm(
        site,
        'errors',
        `More than ${errors} % of the answers are 5xx`,
        [
          of('requests', 'RequestCount', 'Sum'),
          of('targets', 'HTTPCode_Target_5XX_Count', 'Sum'),
          of('balancer', 'HTTPCode_ELB_502_Count', 'Sum'),
          of('timeouts', 'HTTPCode_ELB_504_Count', 'Sum'),
          result(
            '100 * (FILL(targets, 0) + FILL(balancer, 0) + FILL(timeouts, 0)) / requests',
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
          of('seconds', 'TargetResponseTime', 'p95'),
          result('1000 * seconds', 'milliseconds that 95 of 100 stay below'),
        ],
        latency,
      ),
      // A colour without targets tells nothing, and is well.
      UnhealthyAlarm: alarm(
        site,
        'unhealthy',
        'The load balancer finds a target of either colour unhealthy',
        [
          unhealthyIn('blue', 'BlueTargets'),
          unhealthyIn('green', 'GreenTargets'),
          result('MAX([blue, green])', 'unhealthy targets of a colour'),
        ],
        0,
      ),
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export function functionAlarms(site: Site, { errors, latency }: Alarms): Part {
  const of = (id: string, name: string, stat: string) =>
    metric(id, 'AWS/Lambda', name, [{ Name: 'FunctionName', Value: nameIn(site, 'function') }], stat);
  return {
    Resources: {
      ErrorsAlarm: alarm(
        site,
        'errors',
        `More than ${errors} % of the calls fail`,
        [
          of('calls', 'Invocations', 'Sum'),
          of('failed', 'Errors', 'Sum'),
          of('throttled', 'Throttles', 'Sum'),
          result(
            '100 * (failed + FILL(throttled, 0)) / (calls + FILL(throttled, 0))',
            'percent of the calls that fail',
          ),
        ],
        errors,
      ),
      LatencyAlarm: alarm(
        site,
        'latency',
        `More than 5 of 100 calls take longer than ${latency} ms`,
        [of('milliseconds', 'Duration', 'p95'), result('milliseconds', 'milliseconds that 95 of 100 stay below')],
        latency,
      ),
    },
  };
}
