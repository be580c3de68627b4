import type { Migration, MigrationStatus } from '../ledger/migrations.ts';
import type { Release } from '../ledger/releases.ts';

/** The command has run, or may have, and was not taken back. */
const RAN: readonly MigrationStatus[] = [
  'starting',
  'running',
  'done',
  'failed',
  'unknown',
  'reverting',
  'revert-failed',
];

/**
 * Migrations of the database since a release was made, which that release knows nothing of; the last one first.
 * @param kept all releases that are.
 */
export function laterThan(release: string, migrations: readonly Migration[], kept: readonly Release[]): Migration[] {
  const since = madeAt(release, migrations, kept);
  return migrations
    .filter((one) => one.release !== release && RAN.includes(one.status) && (one.migratedAt ?? '') > since)
    .sort((a, b) => (b.migratedAt ?? '').localeCompare(a.migratedAt ?? ''));
}

/**
 * Migrations that the database had when a release was made, and that were taken back since. None for a release
 * whose own one is run anew: that brings the database to where it has to be.
 */
export function takenAwayFrom(
  release: string,
  migrations: readonly Migration[],
  kept: readonly Release[],
): Migration[] {
  const own = migrations.find((one) => one.release === release);
  if (own && (own.status === 'wanted' || own.status === 'reverted')) return [];
  const since = madeAt(release, migrations, kept);
  return migrations
    .filter(({ status, migratedAt = '', at }) => status === 'reverted' && migratedAt < since && at > since)
    .sort((a, b) => (b.migratedAt ?? '').localeCompare(a.migratedAt ?? ''));
}

/** When the database was as the release needs it. */
function madeAt(release: string, migrations: readonly Migration[], kept: readonly Release[]): string {
  const own = migrations.find((one) => one.release === release)?.migratedAt;
  const known = kept.find((one) => one.release === release);
  return own ?? known?.firstLiveAt ?? known?.liveAt ?? '';
}
