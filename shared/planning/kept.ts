import type { Problem } from '../errors.ts';
import { listMigrations, type Migration } from '../ledger/migrations.ts';
import { listReleases, type Release } from '../ledger/releases.ts';
import { laterThan } from '../migrating/later.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Asked, Planned } from './planned.ts';
import { moveOnly } from './standing.ts';

/** A rollback: the plan that was kept with the release; nothing is built, read or analysed again. */
export async function planKept({ pilot, environment, trigger }: Asked<'rollback'>): Promise<Planned | Refused> {
  const kept = await listReleases(pilot, environment);
  const found = kept.find(({ release, liveAt }) => liveAt && release === trigger.release);
  if (found) {
    const later = laterThan(found.release, await listMigrations({ pilot, environment }), kept);
    const between = later.find(({ reversible }) => !reversible);
    if (between && !trigger.force) return refused(irreversible(found, between));
    return moveOnly(found);
  }
  return refused({
    code: 'RELEASE_UNKNOWN',
    message: `release ${trigger.release} of ${pilot} is not kept`,
    expected:
      kept
        .filter(({ liveAt }) => liveAt)
        .map(({ release }) => release)
        .join(', ') || 'none is kept',
  });
}

const irreversible = ({ release }: Release, between: Migration): Problem => ({
  code: 'MIGRATION_IRREVERSIBLE',
  message: `release ${release} cannot work with the database as release ${between.release} has migrated it`,
  expected: 'a release since that migration, or a new one',
  hint: 'its manifest says migrations.reversible: false; pilot rollback --force goes back all the same, and that is recorded',
});
