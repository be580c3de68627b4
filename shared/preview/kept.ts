import type { Site } from './model.ts';
import { logDaysOf } from './parts/care.ts';
import type { TargetPlan } from './targets/target.ts';

/**
 * What stays, so that one can go back: a sentence each.
 * @param now the releases that are kept, the newest first, where that is known.
 */
export function keptOf({ manifest }: Site, { rollout }: TargetPlan, now: readonly string[] = []): string[] {
  const { retention, migrations, database, backups, config } = manifest;
  const { releases, days } = retention;
  const ownDatabase = database !== undefined && !database.url;
  return [
    `The live release and ${releases} before it; of older ones, those of the last ${days} days`,
    ...(now.length > 0 ? [`Kept now: ${now.join(', ')}`] : []),
    `To go back to: ${rollout.back}`,
    ...(migrations?.snapshot && ownDatabase ? ['The snapshot of the database from before the migration'] : []),
    ...(migrations && Array.isArray(migrations.reversible)
      ? [`The way back of the database: ${migrations.reversible.join(' ')}`]
      : []),
    ...(config ? ['The configuration of each release that is kept'] : []),
    ...(ownDatabase ? [`Automatic backups of the database for ${backups?.days ?? DEFAULT_DAYS} days`] : []),
    ...(manifest.alarms ? [`Logs for ${logDaysOf(manifest)} days`] : []),
  ];
}

/** As `backups.days` says where the section is there. */
const DEFAULT_DAYS = 7;
