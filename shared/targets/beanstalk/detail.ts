import type { HealthCheck } from '../../aws/load-balancers.ts';
import type { PinnedObject } from '../../aws/objects.ts';
import type { KeptDatabase } from '../database.ts';
import type { Plan } from '../target.ts';

/** What a plan of a pair of environments keeps for the later steps; `Plan.detail`. */
export interface Detail {
  application: string;
  /** The source bundle, in the version that was judged. */
  zip: PinnedObject;
  /** ARN, with the version that was the newest. */
  platform: string;
  instance: string;
  /** GiB. */
  disk: number;
  /** With a load balancer; otherwise a single instance. */
  balanced: boolean;
  /** Visitors' requests come encrypted to the load balancer. */
  secure: boolean;
  /** `cpu`: percent that is aimed at. `times`: other limits from then on, by Unix cron in UTC. */
  scaling: { min: number; max: number; cpu: number; times?: { at: string; min: number; max: number }[] };
  capacity: { base: number; spot: number };
  /** Seconds, but for the numbers of looks. */
  health: HealthCheck & { grace: number };
  /** Days. */
  logs: number;
  /** Option settings of the manifest's own, by `namespace:name`. */
  options: Record<string, string>;
  /** Environment variables. */
  variables: Record<string, string>;
  /** Where the secrets lie: ARNs of secrets, names of parameters. */
  secrets: Record<string, string>;
  /** The pilot’s own. */
  database?: KeptDatabase;
  idle: 'terminate' | 'keep';
}

export const detailOf = (plan: Plan): Detail => plan.detail as Detail;

/** Where its environments are. */
export function placeOf(plan: Plan): { partition: string; region: string } {
  const [, partition = '', , region = ''] = detailOf(plan).platform.split(':');
  return { partition, region };
}

/** `6.7.0` of `…/Node.js 24 running on 64bit Amazon Linux 2023/6.7.0` */
export const versionOf = (platform: string): string => platform.split('/').at(-1) ?? '';
