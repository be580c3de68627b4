import type { Resolved } from '../manifest/complete.ts';
import { isPreview } from '../manifest/identifiers.ts';
import { counted } from '../notify/quantities.ts';
import type { Site } from './model.ts';
import { logDaysOf } from './parts/care.ts';
import { keptBy } from './schema-version.ts';
import type { TargetPlan } from './targets/target.ts';

/**
 * What stays, so that one can go back: a sentence each.
 * @param now the releases that are kept, the newest first, where that is known.
 * @param live the complete manifest that is live, where it is known.
 */
export function keptOf(
  { manifest, environment }: Site,
  { rollout }: TargetPlan,
  now: readonly string[] = [],
  live?: Resolved | null,
): string[] {
  const { retention, migrations, database, backups, config } = manifest;
  const { releases, days } = retention;
  const ownDatabase = database !== undefined && !database.url;
  return [
    `The live release and ${releases} before it; of older ones, those of the last ${counted(days, 'day')}`,
    ...(now.length > 0 ? [`Kept now: ${now.join(', ')}`] : []),
    `To go back to: ${rollout.back}`,
    ...(migrations?.snapshot && ownDatabase ? ['The snapshot of the database from before the migration'] : []),
    ...wayBackOf(migrations, live),
    ...(config ? ['The configuration of each release that is kept'] : []),
    ...(ownDatabase ? [`Automatic backups of the database for ${counted(backups?.days ?? DEFAULT_DAYS, 'day')}`] : []),
    ...(manifest.alarms && !isPreview(environment) ? [`Logs for ${counted(logDaysOf(manifest), 'day')}`] : []),
  ];
}

function wayBackOf(migrations: Resolved['migrations'], live: Resolved | null | undefined): string[] {
  if (!migrations || !Array.isArray(migrations.reversible)) return [];
  const { version, reversible } = migrations;
  const down = reversible.join(' ');
  const kept = keptBy(migrations, live);
  if (kept) return [`The database as it is, also after a rollback, which does not run ${down}: ${kept}`];
  const unless =
    version === undefined ? '' : `, which a rollback runs unless a release before had brought version ${version}`;
  return [`The way back of the database: ${down}${unless}`];
}

/** As `backups.days` says where the section is there. */
const DEFAULT_DAYS = 7;
