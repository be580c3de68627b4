import type { Problem } from '../errors.ts';
import { listMigrations, type Migration } from '../ledger/migrations.ts';
import { listReleases, type Release } from '../ledger/releases.ts';
import { laterThan, takenAwayFrom } from './later.ts';
import { workOf } from './own-work.ts';

interface Which {
  pilot: string;
  environment: string;
  release: string;
}

/** Why a release that is kept could not work with the database as it stands now; undefined where it can. */
export async function unfitNow({ pilot, environment, release }: Which): Promise<Problem | undefined> {
  const migrations = await listMigrations({ pilot, environment });
  if (migrations.length === 0) return undefined;
  return unfitFor(pilot, release, migrations, await listReleases(pilot, environment));
}

/** Why a release cannot come back from being offline: what it was made for is not in the database any more. */
export async function lacksNow({ pilot, environment, release }: Which): Promise<Problem | undefined> {
  const migrations = await listMigrations({ pilot, environment });
  if (migrations.length === 0) return undefined;
  const [gone] = takenAwayFrom(release, migrations, await listReleases(pilot, environment));
  if (!gone) return undefined;
  const back = `pilot rollback ${pilot} ${gone.release} --online`;
  return { ...takenAway(pilot, release, gone), hint: `${back}, then pilot rollback ${pilot} ${release}` };
}

/** @param kept all releases that are. */
export function unfitFor(
  pilot: string,
  release: string,
  migrations: readonly Migration[],
  kept: readonly Release[],
): Problem | undefined {
  const between = laterThan(release, migrations, kept).find(
    (one) => !one.reversible && (one.status !== 'done' || workOf(one, migrations).is !== 'none'),
  );
  if (between) return irreversible(release, between);
  const [gone] = takenAwayFrom(release, migrations, kept);
  return gone && takenAway(pilot, release, gone);
}

const irreversible = (release: string, between: Migration): Problem => ({
  code: 'MIGRATION_IRREVERSIBLE',
  message: `release ${release} cannot work with the database as release ${between.release} has migrated it`,
  expected: 'a release since that migration, or a new one',
  hint: 'its manifest says migrations.reversible: false, and not the migrations.version of a release before, as one that changes only code does; pilot rollback --force goes back all the same, and that is recorded',
});

const takenAway = (pilot: string, release: string, gone: Migration): Problem => ({
  code: 'MIGRATION_TAKEN_BACK',
  message: `release ${release} was made for the database as release ${gone.release} had migrated it, and that was taken back`,
  expected: `release ${gone.release} first, which migrates anew`,
  hint: `pilot rollback ${pilot} ${gone.release}, then ${release}; pilot rollback --force goes there all the same, and that is recorded`,
});
