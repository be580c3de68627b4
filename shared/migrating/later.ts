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
    .filter((one) => one.release !== release && RAN.includes(one.status) && startOf(one) > since)
    .sort(lastFirst);
}

/** Those that ran, or may have, before another one did, and were not taken back; the last one first. */
export const earlierThan = (migration: Migration, migrations: readonly Migration[]): Migration[] =>
  migrations.filter((one) => RAN.includes(one.status) && startOf(one) < startOf(migration)).sort(lastFirst);

/**
 * Migrations that the database had when a release was made, and that were taken back since. None for a release
 * whose own one is run anew: that brings the database to where it has to be; nor one whose version another release has
 * brought again.
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
    .filter((one) => one.status === 'reverted' && startOf(one) < since && one.at > since)
    .filter(({ version }) => version === undefined || !migrations.some((one) => one.version === version && isDone(one)))
    .sort(lastFirst);
}

const isDone = ({ status }: Migration): boolean => status === 'done';
const startOf = ({ migratedAt = '' }: Pick<Migration, 'migratedAt'>): string => migratedAt;
const lastFirst = (a: Migration, b: Migration): number => startOf(b).localeCompare(startOf(a));

/** When the database was as the release needs it. */
function madeAt(release: string, migrations: readonly Migration[], kept: readonly Release[]): string {
  const own = migrations.find((one) => one.release === release)?.migratedAt;
  const known = kept.find((one) => one.release === release);
  return own ?? known?.firstLiveAt ?? known?.liveAt ?? '';
}
