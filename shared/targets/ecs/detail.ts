import type { HealthCheck } from '../../aws/load-balancers.ts';
import type { Scaling } from '../balanced/fleet.ts';
import type { KeptDatabase } from '../database.ts';
import type { PlannedFile } from '../settings.ts';
import type { Plan } from '../target.ts';

/** What a plan of a service keeps for the later steps; `Plan.detail`. */
export interface Detail {
  /** By its digest. */
  image: string;
  port: number;
  command?: string[];
  /** CPU units, where 1024 are one vCPU, and MiB. */
  cpu: number;
  memory: number;
  architecture: 'arm64' | 'x86';
  launch: 'fargate' | 'ec2';
  user: string;
  readOnly: boolean;
  /** Seconds from SIGTERM to SIGKILL. */
  stopTimeout: number;
  /** Where the volume is mounted. */
  mount?: string;
  /** The file of settings, in the folder `config` of the mount. */
  file?: PlannedFile;
  /** Environment variables. */
  variables: Record<string, string>;
  /** Where the secrets lie, as `readReference` reads it. */
  secrets: Record<string, string>;
  /** The pilot’s own. */
  database?: KeptDatabase;
  capacity: { base: number; spot: number };
  scaling: Scaling;
  /** `grace`: seconds after a start in which bad answers do not count. */
  health: HealthCheck & { grace: number };
}

export const detailOf = (plan: Plan): Detail => plan.detail as Detail;
