import type { KeptSnapshot } from '../aws/database-snapshots.ts';

const DAY_MS = 86_400_000;
export const KIND = 'pilotage:kind';

export type SnapshotKind = 'backup' | 'deployment' | 'restore' | 'other';

/** `restore`: of what was there before one. `other`: nobody here made it, and nobody here removes it. */
export function kindOf({ tags }: Pick<KeptSnapshot, 'tags'>): SnapshotKind {
  if (tags[KIND] === 'backup') return 'backup';
  if (tags[KIND] === 'restore') return 'restore';
  return tags['pilotage:deployment'] ? 'deployment' : 'other';
}

/** How long snapshots are kept, in days. */
export interface Keeping {
  /** Of a backup: `backups.days`. */
  backups: number;
  /** Of what was taken before a migration: as long as the release before can be gone back to. */
  releases: number;
}

/** Until when (ISO) a snapshot is kept; undefined: until somebody removes it. */
export function keptUntil(
  snapshot: Pick<KeptSnapshot, 'tags' | 'at'>,
  { backups, releases }: Keeping,
): string | undefined {
  const kind = kindOf(snapshot);
  if (snapshot.at === undefined || kind === 'restore' || kind === 'other') return undefined;
  const days = kind === 'backup' ? backups : Math.max(backups, releases);
  return new Date(Date.parse(snapshot.at) + days * DAY_MS).toISOString();
}

/** Snapshots of a database that have had their time; never the last good one. */
export function snapshotsToRemove(snapshots: readonly KeptSnapshot[], keeping: Keeping, now: Date): string[] {
  const newest = snapshots
    .filter(({ status, at }) => status === 'available' && at)
    .sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''))[0];
  return snapshots
    .filter(({ id, status }) => id !== newest?.id && (status === 'available' || status === 'failed'))
    .filter((snapshot) => (keptUntil(snapshot, keeping) ?? '9') < now.toISOString())
    .map(({ id }) => id);
}
