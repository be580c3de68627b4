import { migrate } from '../../shared/migrating/migrate.ts';
import { tellProgress } from '../../shared/migrating/progress.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';

/**
 * Takes a snapshot of the pilot's database and runs the migration of the release, before any of its code serves.
 * A release's migration is started once, whatever becomes of this step (shared/ledger/migrations.ts).
 */
export const handler = step('Migrate', async ({ deployment, progress }) => {
  // Taking a pilot offline changes no release.
  if (deployment.trigger.kind === 'offline') return done();
  return tellProgress(deployment, await migrate(deployment), progress);
});
