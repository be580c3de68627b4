import { isStanding } from '../../shared/events.ts';
import { migrate } from '../../shared/migrating/migrate.ts';
import { tellProgress } from '../../shared/migrating/progress.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';

/**
 * Takes a snapshot of the pilot's database and runs the migration of the release, before any of its code serves.
 * A release's migration is started once, whatever becomes of this step (shared/ledger/migrations.ts).
 */
export const handler = step('Migrate', async ({ deployment, progress }) => {
  // Neither changes a release; what a snapshot lacks is migrated when the pilot comes back.
  if (isStanding(deployment.trigger)) return done();
  return tellProgress(deployment, await migrate(deployment), progress);
});
