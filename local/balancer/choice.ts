import type { Forward, Target, TargetGroup } from './picture.ts';

/** The cookie by which a viewer stays with a target group. */
export const STICKY_COOKIE = 'AWSALBTG';

/**
 * The target group that a request goes to, by the weights, unless the viewer
 * stays with one: stickiness overrides weights.
 * @param random from 0 to 1, without 1.
 * @returns its ARN; undefined when all weights are 0.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#sticky-sessions
 */
export function groupFor(forward: Forward, cookies: string, random: number): string | undefined {
  const { TargetGroups, TargetGroupStickinessConfig } = forward;
  const kept = TargetGroupStickinessConfig?.Enabled ? keptGroup(cookies) : undefined;
  if (kept && TargetGroups.some(({ TargetGroupArn }) => TargetGroupArn === kept)) return kept;
  const all = TargetGroups.reduce((sum, { Weight }) => sum + Weight, 0);
  let left = random * all;
  for (const { TargetGroupArn, Weight } of TargetGroups) {
    if (left < Weight) return TargetGroupArn;
    left -= Weight;
  }
  return undefined;
}

/** What keeps the viewer with the group: nothing where the action is not sticky. */
export function cookieFor({ TargetGroupStickinessConfig: config }: Forward, arn: string): string | undefined {
  if (!config?.Enabled) return undefined;
  const value = Buffer.from(arn).toString('base64url');
  return `${STICKY_COOKIE}=${value}; Max-Age=${config.DurationSeconds ?? 86_400}; Path=/`;
}

function keptGroup(cookies: string): string | undefined {
  const [, value] = new RegExp(`(?:^|; *)${STICKY_COOKIE}=([\\w-]+)`).exec(cookies) ?? [];
  return value && Buffer.from(value, 'base64url').toString();
}

/** How busy a target is. */
export interface Load {
  /** Requests that it has not answered yet. */
  open: number;
  /** When it was given one last, as a number that only rises. */
  turn: number;
}

/**
 * The target that a request goes to: a healthy one; where there is none, any that
 * is only unhealthy, as a load balancer fails open. In turn, or the least busy
 * first, as the group says.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
 */
export function targetFor(group: TargetGroup, loadOf: (target: Target) => Load): Target | undefined {
  const inState = (state: Target['State']) => group.Targets.filter(({ State = 'healthy' }) => State === state);
  const healthy = inState('healthy');
  const candidates = healthy.length > 0 ? healthy : inState('unhealthy');
  const byLoad = group.Attributes['load_balancing.algorithm.type'] === 'least_outstanding_requests';
  const rank = (target: Target): [number, number] => {
    const { open, turn } = loadOf(target);
    return [byLoad ? open : 0, turn];
  };
  return candidates
    .map((target) => ({ target, rank: rank(target) }))
    .sort((one, other) => one.rank[0] - other.rank[0] || one.rank[1] - other.rank[1])[0]?.target;
}
