import { createHash } from 'node:crypto';
import type { HealthCheck } from '../../aws/load-balancers.ts';
import { canonicalJson } from '../../manifest/digest.ts';
import type { Limits } from './fleet.ts';

/** Tags by which a colour tells what it was brought up with: what its target group asks for, and its limits. */
const HEALTH = 'pilotage:health';
const LIMITS = 'pilotage:limits';

export const bearingTags = (check: HealthCheck, { min, max }: Limits): Record<string, string> => ({
  [HEALTH]: digestOf(check),
  [LIMITS]: `${min}-${max}`,
});

/** Whether a colour's target group is known to ask just this. */
export const isChecked = (tags: Record<string, string>, check: HealthCheck): boolean =>
  tags[HEALTH] === digestOf(check);

export function limitsIn(tags: Record<string, string>): Limits | undefined {
  const [, min, max] = /^(\d+)-(\d+)$/.exec(tags[LIMITS] ?? '') ?? [];
  return min && max ? { min: Number(min), max: Number(max) } : undefined;
}

/** Of the check alone, whatever stands beside it. */
function digestOf({ path, status, interval, timeout, healthy, unhealthy }: HealthCheck): string {
  const check = { path, status, interval, timeout, healthy, unhealthy };
  return createHash('sha256').update(canonicalJson(check)).digest('hex').slice(0, 20);
}
