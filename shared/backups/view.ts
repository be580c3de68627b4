import type { KeptSnapshot } from '../aws/database-snapshots.ts';
import type { Problem } from '../errors.ts';
import type { Backup, Drill } from '../ledger/backups.ts';
import type { Then } from '../migrating/as-of.ts';
import type { SnapshotKind } from './keeping.ts';

/** Which copies there are of a pilot's data. */
export interface BackupsView {
  pilot: string;
  environment: string;
  /** `backups.at`, and `backups.days`. */
  schedule?: string;
  days?: number;
  /** The pilot's own database; `window`: from when to when (ISO) it can be brought back to any moment by hand. */
  database?: {
    id: string;
    status: string;
    storage: number;
    days: number;
    window?: { earliest: string; latest: string };
  };
  snapshots: SnapshotView[];
  /** The newest first. */
  backups: (Pick<Backup, 'at' | 'status' | 'by' | 'trouble' | 'nextAt' | 'finishedAt'> & {
    snapshot?: string;
    files?: Pick<
      NonNullable<Backup['files']>,
      'bucket' | 'state' | 'copied' | 'bytes' | 'removed' | 'left' | 'example'
    >;
    /** Until when (ISO) the files can be brought back to how they were. */
    keptUntil: string;
  })[];
  drills: Drill[];
  /** Databases that were restored to stay, as long as they are there. */
  restored: RestoredView[];
}

/** How what was restored is reached, from the pilot's network alone. */
export interface RestoredView {
  id: string;
  status: string;
  engine: string;
  address?: { host: string; port: number };
  /** The database in it, and the master user. */
  name: string;
  user: string;
  /** The ARN of the secret that holds the password; absent until RDS has made it. */
  secret?: string;
}

export type SnapshotView = Pick<KeptSnapshot, 'id' | 'status' | 'percent' | 'at' | 'storage'> & {
  kind: SnapshotKind;
  deployment?: string;
  /** Absent: until somebody removes it. */
  keptUntil?: string;
};

/** What would be lost by going back to a snapshot. */
export interface RestorePlan {
  pilot: string;
  environment: string;
  snapshot: SnapshotView;
  /** Seconds since it was taken: all that was written since is not in it. */
  age: number;
  database: { id: string; status: string; storage: number };
  /** From when to when (ISO) its automatic backups bring it back to any moment, and whether they outlive it. */
  window?: { earliest: string; latest: string; stays: boolean };
  /** Why the snapshot cannot take the place of the database, whether the pilot is offline or not; told where that is asked. */
  problem?: Problem;
  /** Somebody keeps the pilot offline: only then can the snapshot take the place of the database. */
  isOffline: boolean;
  /** What went live since, the newest first. */
  deployments: { id: string; release?: string; at: string }[];
  /** Those that are otherwise in it than now, and how. */
  migrations: { release: string; status: string; at: string; was: Exclude<Then, 'stays'> }[];
}
