import type { TargetState } from '../../aws/load-balancers.ts';

/** Whether as many answer as should: they do, more are to come, or some that should answer do not. */
export interface Strength {
  is: 'enough' | 'growing' | 'ill';
  /** In words: `2 healthy targets, and should have 3`. */
  told: string;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html#target-health-states */
export function strength(desired: number, targets: readonly Pick<TargetState, 'state'>[]): Strength {
  const healthy = healthyAmong(targets);
  const told = `${healthy} healthy targets, and should have ${desired || 'at least 1'}`;
  const isIll = desired === 0 || targets.some(({ state }) => state === 'unhealthy' || state === 'unavailable');
  if (desired > 0 && healthy >= desired) return { is: 'enough', told };
  return { is: isIll ? 'ill' : 'growing', told };
}

export const healthyAmong = (targets: readonly Pick<TargetState, 'state'>[]): number =>
  targets.filter(({ state }) => state === 'healthy').length;
