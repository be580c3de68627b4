import { askForSnapshot, databaseStatus, findSnapshot } from '../aws/databases.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { planOf } from '../ledger/settled.ts';
import { ownerTags } from '../manifest/owner-tags.ts';
import { type Failed, failed, type Parked, parked } from '../outcome.ts';

/** A snapshot that is not complete by then will not be. */
const DEADLINE_MS = 4 * 3_600_000;
const LOOK_AGAIN_MS = 30_000;

/** States in which a database stays until somebody sees to it: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html */
const STUCK =
  /^(?:failed|stopped|storage-full|insufficient-capacity|restore-error|inaccessible-encryption-credentials|incompatible-)/;

/** A deployment takes one, under a name that says which. RDS takes no `_`, and no capitals. */
export const snapshotId = (deployment: string): string => `pilotage-${deployment.replaceAll('_', '-').toLowerCase()}`;

/** Sees to it that there is a complete snapshot of the pilot's database, of this deployment. */
export async function takeSnapshot(deployment: Deployment): Promise<{ snapshot: string } | Parked | Failed> {
  const { id: deploymentId, steps } = deployment;
  const id = snapshotId(deploymentId);
  const database = planOf(deployment).stack?.DatabaseId;
  if (!database)
    return failed('STACK_OUTPUT_MISSING', 'the pilot’s stack does not tell DatabaseId, which is to be migrated');
  const wait = (awaits: string) =>
    parked(
      awaits,
      new Date(Date.parse(steps.Migrate ?? new Date().toISOString()) + DEADLINE_MS),
      new Date(Date.now() + LOOK_AGAIN_MS),
    );

  const found = await findSnapshot(id);
  if (!found) return ask(deployment, id, database, wait);
  if (found.database !== database) return failed('SNAPSHOT_TAKEN', `the snapshot ${id} is of ${found.database}`);
  if (found.status === 'available') return { snapshot: id };
  if (found.status === 'failed')
    return failed('SNAPSHOT_FAILED', `RDS could not take the snapshot ${id}; nothing was migrated. Its events say why`);
  return wait(`the snapshot ${id}: ${found.percent} %`);
}

async function ask(
  deployment: Deployment,
  id: string,
  database: string,
  wait: (awaits: string) => Parked,
): Promise<Parked | Failed> {
  const { id: deploymentId, plan } = deployment;
  const tags = {
    ...ownerTags(deployment),
    'pilotage:deployment': deploymentId,
    ...(plan && { 'pilotage:release': plan.release }),
  };
  switch (await askForSnapshot(id, database, tags)) {
    case 'asked':
    case 'exists':
      return wait(`the snapshot ${id}`);
    case 'busy':
      return busy(database, wait);
    case 'quota':
      return failed(
        'SNAPSHOT_QUOTA',
        'the account’s quota for snapshots is used up; nothing was migrated. Delete snapshots that nobody needs, or ask AWS for a higher quota',
      );
    case 'no database':
      return failed('DATABASE_GONE', `there is no database ${database}; nothing was migrated`);
  }
}

async function busy(database: string, wait: (awaits: string) => Parked): Promise<Parked | Failed> {
  const status = (await databaseStatus(database)) ?? 'gone';
  if (status !== 'gone' && !STUCK.test(status))
    return wait(`the database ${database}, which is ${status}, to be available`);
  return failed('DATABASE_NOT_AVAILABLE', `the database ${database} is ${status}; nothing was migrated`);
}
