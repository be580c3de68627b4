import type { Problem } from '../errors.ts';
import { findManifest } from '../ledger/manifests.ts';
import { listReleases } from '../ledger/releases.ts';
import type { Resolved } from '../manifest/complete.ts';
import { ownDatabase } from '../preview/database.ts';
import { databaseRefusals } from '../preview/database-refusals.ts';

/**
 * What the database cannot become from what the release that was live last has made of it: RDS would say so only in the
 * midst of a change of the stack.
 */
export async function databaseProblems(
  manifest: Resolved,
  { pilot, environment }: { pilot: string; environment: string },
): Promise<Problem[]> {
  if (!ownDatabase(manifest)) return [];
  const [latest] = await listReleases(pilot, environment);
  const before = latest?.liveAt ? await findManifest(latest.plan) : undefined;
  return before ? databaseRefusals(manifest, before) : [];
}
