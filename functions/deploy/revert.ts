import { tellProgress } from '../../shared/migrating/progress.ts';
import { revert } from '../../shared/migrating/revert.ts';
import { step } from '../../shared/step.ts';

/**
 * Takes migrations back that the release which serves now does not know: after a rollout that failed, once the traffic
 * is back, and after a rollback that somebody asked for. It never fails the deployment: who serves is settled by now.
 */
export const handler = step('Revert', async ({ deployment, progress }) =>
  tellProgress(deployment, await revert(deployment), progress),
);
