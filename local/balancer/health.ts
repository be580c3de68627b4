import type { Target, TargetGroup } from './picture.ts';

/** What one look at a target came to. */
export type Check = { passed: true } | { passed: false; Reason: string; Description: string };

/** What is known of a target, and how many looks in a row contradict it. */
export interface Health {
  State: 'initial' | 'healthy' | 'unhealthy';
  Reason?: string;
  Description?: string;
  against: number;
}

export const REGISTERED: Health = { State: 'initial', Reason: 'Elb.RegistrationInProgress', against: 0 };

/** A new target, while it is not known how it is. */
export const INITIAL = { Reason: 'Elb.InitialHealthChecking', Description: 'Initial health checks in progress' };

/**
 * What is known after one look more. A new target needs one that passes; later
 * it takes as many in a row as the group says to change what it is taken for.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export function judged(before: Health, check: Check, group: Thresholds): Health {
  if (check.passed) {
    const enough = before.State !== 'unhealthy' || before.against + 1 >= group.HealthyThresholdCount;
    return enough ? { State: 'healthy', against: 0 } : { ...before, against: before.against + 1 };
  }
  const { Reason, Description } = check;
  if (before.State === 'unhealthy') return { State: 'unhealthy', Reason, Description, against: 0 };
  const against = before.against + 1;
  if (against >= group.UnhealthyThresholdCount) return { State: 'unhealthy', Reason, Description, against: 0 };
  return before.State === 'initial' ? { State: 'initial', ...INITIAL, against } : { ...before, against };
}

type Thresholds = Pick<TargetGroup, 'HealthyThresholdCount' | 'UnhealthyThresholdCount'>;
type Checked = Pick<TargetGroup, 'HealthCheckPath' | 'HealthCheckPort' | 'Matcher'>;

/** Looks at a target once. @param patience in milliseconds. */
export async function look(group: Checked, { Id, Port }: Target, patience: number): Promise<Check> {
  const port = group.HealthCheckPort === 'traffic-port' ? Port : Number(group.HealthCheckPort);
  try {
    const answer = await fetch(`http://${Id}:${port}${group.HealthCheckPath}`, {
      headers: { 'user-agent': 'ELB-HealthChecker/2.0' },
      redirect: 'manual',
      signal: AbortSignal.timeout(patience),
    });
    await answer.body?.cancel();
    return isWanted(answer.status, group.Matcher.HttpCode) ? { passed: true } : mismatch(answer.status);
  } catch (error) {
    return (error as Error).name === 'TimeoutError' ? TIMED_OUT : FAILED;
  }
}

/** `200`, `200,202` or `200-299`. */
export const isWanted = (status: number, codes: string): boolean =>
  codes.split(',').some((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return status >= from && status <= to;
  });

/** Nothing answers there: as long as it is new, it may only need to start. */
export const isRefused = (check: Check): boolean => check === FAILED;

const FAILED: Check = { passed: false, Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' };
const TIMED_OUT: Check = { passed: false, Reason: 'Target.Timeout', Description: 'Request timed out' };
const mismatch = (status: number): Check => ({
  passed: false,
  Reason: 'Target.ResponseCodeMismatch',
  Description: `Health checks failed with these codes: [${status}]`,
});
