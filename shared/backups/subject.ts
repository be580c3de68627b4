import type { Whose } from '../ledger/backups.ts';
import { findManifest } from '../ledger/manifests.ts';
import { listReleases } from '../ledger/releases.ts';
import { findRestore, listRestores, type Restore } from '../ledger/restores.ts';
import type { Resolved } from '../manifest/complete.ts';
import type { Restored } from '../preview/model.ts';
import type { Keeping } from './keeping.ts';

/** What of a pilot can be backed up, as the release says that was live last: also while the pilot is offline. */
export interface Subject extends Whose {
  release: string;
  /** Since when (ISO) that is so. */
  liveAt: string;
  backups?: NonNullable<Resolved['backups']>;
  /** Days that releases are kept at least. */
  releaseDays: number;
  database?: string;
  /** All that it was called so far, which its snapshots go by. */
  databases: string[];
  files?: { copier: string; bucket: string };
}

/** @returns undefined where nothing was ever live. */
export async function subjectOf({ pilot, environment }: Whose): Promise<Subject | undefined> {
  const [latest] = await listReleases(pilot, environment);
  if (!latest?.liveAt) return undefined;
  const [manifest, restores] = await Promise.all([findManifest(latest.plan), listRestores({ pilot, environment })]);
  const { DatabaseId, BackupsCopier: copier, Backups: bucket } = latest.plan.stack ?? {};
  const { liveAt } = latest;
  // One that was made from a snapshot while the pilot was offline, no release knows yet.
  const newest = restores.find(({ settledAt = '' }) => settledAt > liveAt);
  const database = DatabaseId && (newest?.database ?? DatabaseId);
  return {
    pilot,
    environment,
    release: latest.release,
    liveAt,
    ...(manifest?.backups && { backups: manifest.backups }),
    releaseDays: latest.policy.retention.days,
    ...(database && { database }),
    databases: databasesOf(database, restores),
    ...(copier && bucket && { files: { copier, bucket } }),
  };
}

/** What the pilot's database was made from, as far as it is known without asking AWS; undefined where it was made empty. */
export async function restoredNow(whose: Whose): Promise<Restored | undefined> {
  const subject = await subjectOf(whose);
  const found = subject?.database ? await findRestore(whose, subject.database) : undefined;
  if (!found) return undefined;
  const { id, mark, snapshot, storage } = found;
  return { id, mark, snapshot, storage };
}

/** All that a pilot's database was called so far. */
export const databasesOf = (now: string | undefined, restores: readonly Restore[]): string[] => [
  ...new Set([...(now ? [now] : []), ...restores.flatMap(({ database, before }) => [database, before])]),
];

/** As `backups.days` says where the section is there. */
const USUAL_DAYS = 7;

/** How long snapshots of a pilot's database are kept. */
export const keepingOf = ({ backups, releaseDays }: Pick<Subject, 'backups' | 'releaseDays'>): Keeping => ({
  backups: backups?.days ?? USUAL_DAYS,
  releases: releaseDays,
});
