import { restoredNow } from '../backups/subject.ts';
import type { Problem } from '../errors.ts';
import { findManifest } from '../ledger/manifests.ts';
import { listReleases } from '../ledger/releases.ts';
import type { Resolved } from '../manifest/complete.ts';
import { ownDatabase } from '../preview/database.ts';
import { databaseRefusals } from '../preview/database-refusals.ts';
import { storageAsked } from '../preview/database-storage.ts';
import type { Plan } from '../targets/target.ts';

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
  if (!before) return [];
  const restored = await restoredNow({ pilot, environment });
  const isTold = Object.keys(storageAsked(manifest, before, { restored })).length > 0;
  const storage = isTold ? await storageNow(latest?.plan.stack) : undefined;
  return databaseRefusals(manifest, before, { storage, restored });
}

/** RDS may have let it grow since. */
async function storageNow(stack: Plan['stack']): Promise<number | undefined> {
  if (!stack?.DatabaseId) return undefined;
  const { storageOf } = await import('../aws/databases.ts');
  return storageOf(stack.DatabaseId);
}
