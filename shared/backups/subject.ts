import type { Whose } from '../ledger/backups.ts';
import { findManifest } from '../ledger/manifests.ts';
import { listReleases } from '../ledger/releases.ts';
import type { Resolved } from '../manifest/complete.ts';
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
  files?: { copier: string; bucket: string };
}

/** @returns undefined where nothing was ever live. */
export async function subjectOf({ pilot, environment }: Whose): Promise<Subject | undefined> {
  const [latest] = await listReleases(pilot, environment);
  if (!latest?.liveAt) return undefined;
  const manifest = await findManifest(latest.plan);
  const { DatabaseId: database, BackupsCopier: copier, Backups: bucket } = latest.plan.stack ?? {};
  return {
    pilot,
    environment,
    release: latest.release,
    liveAt: latest.liveAt,
    ...(manifest?.backups && { backups: manifest.backups }),
    releaseDays: latest.policy.retention.days,
    ...(database && { database }),
    ...(copier && bucket && { files: { copier, bucket } }),
  };
}

/** As `backups.days` says where the section is there. */
const USUAL_DAYS = 7;

/** How long snapshots of a pilot's database are kept. */
export const keepingOf = ({ backups, releaseDays }: Pick<Subject, 'backups' | 'releaseDays'>): Keeping => ({
  backups: backups?.days ?? USUAL_DAYS,
  releases: releaseDays,
});
