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
  const own = migrations.find((one) => one.release === release)?.migratedAt;
  const known = kept.find((one) => one.release === release);
  const since = own ?? known?.firstLiveAt ?? known?.liveAt ?? '';
  return migrations
    .filter((one) => one.release !== release && RAN.includes(one.status) && (one.migratedAt ?? '') > since)
    .sort((a, b) => (b.migratedAt ?? '').localeCompare(a.migratedAt ?? ''));
}
