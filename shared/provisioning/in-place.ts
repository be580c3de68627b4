import { changeDatabase, readDatabase } from '../aws/database-restores.ts';
import { type KeptSnapshot, listSnapshots, readSnapshot } from '../aws/database-snapshots.ts';
import { findStack, type StackNow } from '../aws/stacks.ts';
import { inPlaceProblem, snapshotUnknown } from '../backups/in-place.ts';
import { databasesOf } from '../backups/subject.ts';
import { cancelledBy } from '../ending.ts';
import { closeCancelling } from '../ledger/cancelling.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { readLock } from '../ledger/lock.ts';
import type { Held } from '../ledger/migration-changes.ts';
import { findRestore, listRestores, noteRestore, type Restore, wantRestore } from '../ledger/restores.ts';
import { leaseOf, planOf } from '../ledger/settled.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { notOffline } from '../offline.ts';
import { type Facts, type Failed, failed, type Parked, parked, type Refused, refused } from '../outcome.ts';
import { databaseName, ownDatabase, restoredAs } from '../preview/database.ts';
import type { Restored, Site } from '../preview/model.ts';
import { trafficNow } from '../traffic.ts';
import { meaningOf } from './meaning.ts';
import type { Provisioning } from './provision.ts';
import { protectAgain } from './restored.ts';

const BUSY_MINUTES = 60;
const LOOK_AGAIN_SECONDS = 15;

/** Brings the stack to its template with a database that is made from this. */
export type Bring = (restored: Restored) => Promise<Provisioning>;

/**
 * Has the database of a pilot that is offline replaced by one that is made from a snapshot: its stack makes it beside the one
 * before, and removes that with a last snapshot. What it is made from is written down before the stack is changed.
 */
export async function restoreInPlace(
  deployment: Deployment & { trigger: { kind: 'restore' } },
  site: Site,
  bring: Bring,
): Promise<Provisioning> {
  const { pilot, environment } = deployment;
  const name = derivedName('stack', { pilot, environment });
  const stack = await findStack(name);
  if (!stack) return failed('STACK_MISSING', `there is no stack ${name}; a new deployment makes it`);
  const wanted = await restoreOf(deployment, site, stack);
  if ('outcome' in wanted) return wanted;
  const held = heldBy(deployment);
  if (stack.outputs.DatabaseId !== wanted.database && isAtRest(stack)) {
    if (wanted.failed) {
      await protectBefore(held, wanted);
      return failed(wanted.failed.code, wanted.failed.reason);
    }
    const bare = await bareForRemoval(held, wanted, new Date(deployment.steps.Provision ?? Date.now()));
    if (bare) return bare;
  }
  const outcome = await bring(wanted);
  if (outcome.outcome === 'failed' || outcome.outcome === 'refused') {
    const { outputs } = (await findStack(name)) ?? stack;
    if (outcome.outcome === 'failed' && outputs.DatabaseId !== wanted.database)
      await noteRestore(held, wanted.database, { failed: { code: outcome.code, reason: outcome.reason } });
    if (outputs.DatabaseId === wanted.before) await protectBefore(held, wanted);
  }
  return outcome;
}

/** What people are told of a restore: what was lost, and where it still is. */
export async function factsOfRestore(
  deployment: Deployment,
  outputs: Record<string, string>,
): Promise<{ facts: Facts; warning?: string }> {
  const found = outputs.DatabaseId && (await findRestore(deployment, outputs.DatabaseId));
  if (!found || found.deployment !== deployment.id) return { facts: {} };
  const { snapshot, takenAt, askedAt, before, database } = found;
  const [last, left] = await Promise.all([lastSnapshotOf(found), readDatabase(before)]);
  const facts = {
    restored: snapshot,
    lost: `${takenAt.slice(0, 19)}Z to ${askedAt.slice(0, 19)}Z`,
    into: database,
    ...(last && { lastSnapshot: last.id }),
  };
  if (!left) return { facts };
  const warning = `the database before, ${before}, is ${left.status} and could not be removed: what is in it is still there, and it costs what it did; its events in RDS say why`;
  return { facts, warning };
}

/** The one that CloudFormation had taken as it removed the database. */
async function lastSnapshotOf({ before, askedAt }: Restore): Promise<KeptSnapshot | undefined> {
  const since = (await listSnapshots(before)).filter(({ at = '' }) => at > askedAt);
  return since.at(0);
}

const heldBy = (deployment: Deployment): Held => {
  const { id, pilot, environment } = deployment;
  return { id, pilot, environment, fence: leaseOf(deployment).fence };
};

const isAtRest = ({ status }: StackNow): boolean => ['whole', 'restored'].includes(meaningOf(status));

/** As it was begun, or as it is begun now, where nothing speaks against it. */
async function restoreOf(
  deployment: Deployment & { trigger: { kind: 'restore'; snapshot: string } },
  site: Site,
  stack: StackNow,
): Promise<Restore | Refused | Failed> {
  const { id, pilot, environment, trigger } = deployment;
  const { outputs } = stack;
  const { DatabaseId: before } = outputs;
  const database = ownDatabase(site.manifest);
  if (!database || !before)
    return refused({ code: 'NO_DATABASE', message: `${pilot} in ${environment} has no database of its own` });
  const all = await listRestores(deployment);
  const known = all.find((one) => one.deployment === id);
  if (known) return known;

  const lock = await readLock(pilot, environment);
  if (!lock.offline || (await trafficNow(planOf(deployment), lock)).release !== undefined)
    return refused(notOffline(pilot));
  const snapshot = await readSnapshot(trigger.snapshot);
  if (!snapshot || !databasesOf(before, all).includes(snapshot.database))
    return refused(snapshotUnknown(pilot, environment, trigger.snapshot));
  const problem = inPlaceProblem(site.manifest, snapshot);
  if (problem) return refused(problem);
  const now = new Date().toISOString();
  const restored = restoredAs(database, snapshot.id, snapshot.storage, id);
  const cancelled = await closeCancelling(id);
  if (cancelled) return cancelledBy(cancelled);
  return wantRestore(heldBy(deployment), {
    ...restored,
    database: databaseName({ ...site, restored }, database),
    takenAt: snapshot.at ?? now,
    askedAt: now,
    deployment: id,
    before,
  });
}

/** A protected database stays when its place is taken: its stack would leave it behind. */
async function bareForRemoval(held: Held, { database, before }: Restore, since: Date): Promise<Parked | undefined> {
  const now = await readDatabase(before);
  if (!now?.protected) return undefined;
  await noteRestore(held, database, { isBared: true });
  if ((await changeDatabase(before, { DeletionProtection: false })) !== 'busy') return undefined;
  return parked(
    `the database ${before}, which is ${now.status}, to be available`,
    new Date(since.getTime() + BUSY_MINUTES * 60_000),
    new Date(Date.now() + LOOK_AGAIN_SECONDS * 1000),
  );
}

async function protectBefore(held: Held, { database, before }: Restore): Promise<void> {
  const now = await findRestore(held, database);
  if (now?.isBared) await protectAgain(held, database, before);
}
