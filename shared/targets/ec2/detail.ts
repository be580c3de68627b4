import type { HealthCheck } from '../../aws/load-balancers.ts';
import type { PinnedObject } from '../../aws/objects.ts';
import type { Scaling } from '../balanced/fleet.ts';
import type { KeptDatabase } from '../database.ts';
import type { PlannedFile } from '../settings.ts';
import type { Plan } from '../target.ts';

/** What a plan of instances keeps for the later steps; `Plan.detail`. */
export interface Detail {
  /** The artifact, in the version that was judged. */
  zip: PinnedObject;
  /** SHA-256 of its bytes, 64 hex digits. */
  sha256: string;
  /** The machine image, and what its first disk is called. */
  ami: string;
  device: string;
  /** Instance types; those after the first stand in where spot has none of it. */
  types: string[];
  /** GiB */
  disk: number;
  port: number;
  install: string[][];
  start?: string[];
  stop?: string[];
  /** Where the volume is mounted. */
  mount?: string;
  /** Environment variables. */
  variables: Record<string, string>;
  /** The file of settings, in the folder `config` of the mount. */
  file?: PlannedFile;
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
