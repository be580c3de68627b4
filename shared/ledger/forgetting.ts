import { type Key, list, transact } from '../aws/table.ts';
import { ofDeployment } from '../names.ts';
import type { BuildRow } from './builds.ts';
import type { Deployment } from './deployment.ts';
import { findDeployment, pilotKey } from './deployments.ts';
import { edgeFailureKey } from './edge-failures.ts';
import { partition } from './keys.ts';
import { forgetManifests } from './manifests.ts';
import { listRunning } from './parking.ts';

interface Whose {
  pilot: string;
  environment: string;
}

/** What the ledger keeps of an environment beside its history (`DEPLOYMENT#`), its lock and its manifests. */
const KEPT = ['RELEASE#', 'MIGRATION#', 'EDGE', 'BACKUP#', 'DRILL#', 'RESTORE#'];

/** Rows of one kind that are read at once. */
const MOST = 10_000;

/**
 * Forgets an environment of which nothing is left. Its history stays, and its lock, whose numbers only rise. What a deployment
 * that waits behind the removal has settled stays as well: that one makes all of it anew.
 * @param by the removal, which has the lock.
 */
export async function forgetEnvironment({ pilot, environment, by }: Whose & { by: string }): Promise<void> {
  const whose = { pilot, environment };
  for (const prefix of KEPT) await removeAll(await list(partition(pilot, environment), prefix, MOST));
  await forgetManifests(whose, by, async () => (await othersOf(whose, by)).flatMap(namesOf));
  await removeAll(await list(`RUN#${pilot}#${environment}`, '', MOST));
  const builds = await list<BuildRow & Key>(`BUILDS#${pilot}`, '', MOST);
  await removeAll(builds.filter((row) => ofDeployment(row.by)?.environment === environment));
  await stopKeepingEdge(whose);
  await removeAll([pilotKey(whose)]);
}

/** From now on nobody lets CloudFront into its groups any more, which are about to go. */
export async function stopKeepingEdge(whose: Whose): Promise<void> {
  await removeAll([{ pk: partition(whose.pilot, whose.environment), sk: 'EDGE' }, edgeFailureKey(whose)]);
}

async function removeAll(rows: Key[]): Promise<void> {
  for (const { pk, sk } of rows) await transact([{ remove: { pk, sk } }]);
}

/** The release that a deployment is of; its manifest lies under its own name until there is one. */
const namesOf = ({ id, plan }: Deployment): string[] => [id, ...(plan ? [plan.release] : [])];

/** Deployments that have been accepted there, and have not ended: they wait. */
async function othersOf({ pilot, environment }: Whose, by: string): Promise<Deployment[]> {
  const ids = (await listRunning()).map(({ id }) => id).filter((id) => id !== by);
  const there = ids.filter((id) => {
    const of = ofDeployment(id);
    return of?.pilot === pilot && of.environment === environment;
  });
  const found = await Promise.all(there.map(findDeployment));
  return found.flatMap((one) => (one && one.finishedAt === undefined ? [one] : []));
}
