import { findDeployment } from '../../ledger/deployments.ts';
import type { Preview } from '../../ledger/previews.ts';
import { findUnmade } from '../../ledger/unmade-previews.ts';
import type { PullNow } from './pull-now.ts';
import { staysAway } from './stays-removed.ts';

/**
 * Whether a pull request’s previews are all as its commit has them, so that its provider need be asked nothing else:
 * providers let nobody ask as often as they like.
 */
export async function isSettled(seen: readonly Preview[], pull: PullNow): Promise<boolean> {
  if (seen.length === 0) return false;
  for (const preview of seen) if (!(await isSettledOne(preview, pull))) return false;
  return true;
}

async function isSettledOne(preview: Preview, { commit }: PullNow): Promise<boolean> {
  const unmade = await findUnmade(preview.pilot, preview.environment);
  // Refused for good, that commit is not asked about again.
  if (preview.commit !== commit) return unmade?.commit === commit && !unmade.isTriedAgain;
  if (unmade) return false;
  if (preview.removal) return staysAway(preview.removal.why);
  return (await findDeployment(preview.deployment)) !== undefined;
}
