import { changeDatabase, readDatabase } from '../aws/database-restores.ts';
import { listSnapshots, readSnapshot } from '../aws/database-snapshots.ts';
import { findStack, type StackNow } from '../aws/stacks.ts';
import { inPlaceProblem, snapshotUnknown } from '../backups/in-place.ts';
import { kindOf } from '../backups/keeping.ts';
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
import type { Provisioned, Provisioning } from './provision.ts';
import { CUT_OFF, closePolicy, keepInLine, protect, unprotected, unsettledIn } from './restored.ts';
import { untilAtRest } from './waiting.ts';
import { outputsOf } from './wanted.ts';

const BUSY_MINUTES = 60;
const LOOK_AGAIN_SECONDS = 15;
/** A restore that failed waits no longer for the database before to be protected again. */
const PROTECTING_MINUTES = 15;

/** Brings the stack to its template with a database that is made from this. */
export type Bring = (restored: Restored) => Promise<Provisioning>;

export interface Around {
  site: Site;
  /** Of the stack, as it is again afterwards: to bring the stack there opens it, so that the database before can go. */
  policy: string;
  deadline: Date;
}

/**
 * Has the database of a pilot that is offline replaced by one that is made from a snapshot: its stack makes it beside the one
 * before, and removes that with a last snapshot. What it is made from is written down before the stack is changed.
 */
export async function restoreInPlace(
  deployment: Deployment & { trigger: { kind: 'restore' } },
  around: Around,
  bring: Bring,
): Promise<Provisioning> {
  const { pilot, environment } = deployment;
  const name = derivedName('stack', { pilot, environment });
  const stack = await findStack(name);
  if (!stack) return failed('STACK_MISSING', `there is no stack ${name}; a new deployment makes it`);
  const wanted = await restoreOf(deployment, around, stack);
  if ('outcome' in wanted) return wanted;
  const held = heldBy(deployment);
  if (stack.outputs.DatabaseId !== wanted.database) {
    if (wanted.failed) return asBefore(held, wanted, stack);
    const since = new Date(deployment.steps.Provision ?? Date.now());
    const bare = isAtRest(stack) ? await bareForRemoval(held, wanted, since) : undefined;
    if (bare) return bare;
  }
  const outcome = await bring(wanted);
  if (outcome.outcome !== 'failed' && outcome.outcome !== 'refused') return outcome;
  const now = (await findStack(name)) ?? stack;
  if (now.outputs.DatabaseId === wanted.database) return madeAllTheSame(now, outcome);
  const noted = { failed: outcome, failedAt: new Date().toISOString() };
  await noteRestore(held, wanted.database, noted);
  return asBefore(held, { ...wanted, ...noted }, now);
}

/** The pilot has the database before: it, and the stack, are to be protected as they were. */
async function asBefore(held: Held, wanted: Restore, { outputs }: StackNow): Promise<Failed | Refused | Parked> {
  const { before, failed: end = CUT_OFF, failedAt = new Date().toISOString() } = wanted;
  const known = await findRestore(held, wanted.database);
  await closePolicy(held, known ? [known] : []);
  if (!known?.isBared || outputs.DatabaseId !== before) return end;
  if (await protect(before)) {
    await noteRestore(held, wanted.database, { isBared: false });
    return end;
  }
  const until = new Date(Date.parse(failedAt) + PROTECTING_MINUTES * 60_000);
  if (until > new Date())
    return parked(`the database ${before} to be protected again`, new Date(until.getTime() + 60_000), soon());
  return telling(end, unprotected(before));
}

/** What was still to be done has failed, and the database that the pilot has is the one from the snapshot: there is no way back. */
const madeAllTheSame = ({ outputs, status }: StackNow, end: Failed | Refused): Provisioned => ({
  outcome: 'provisioned',
  outputs: outputsOf(outputs),
  stack: 'changed',
  ...(meaningOf(status) === 'under way' && { isMoving: true }),
  warning: `the database is made from the snapshot, and what its stack was to do after that failed: ${reasonOf(end)}; the next deployment tries again`,
});

/** What people are told of a restore: what was lost, and where it still is. */
export async function factsOfRestore(
  deployment: Deployment,
  outputs: Record<string, string>,
): Promise<{ facts: Facts; warning?: string }> {
  const found = outputs.DatabaseId && (await findRestore(deployment, outputs.DatabaseId));
  if (!found || found.deployment !== deployment.id) return { facts: {} };
  const { snapshot, takenAt, askedAt, before, database } = found;
  const left = await readDatabase(before);
  const last = left ? undefined : await lastSnapshotOf(found);
  const facts = {
    restored: snapshot,
    lost: `${takenAt.slice(0, 19)}Z to ${askedAt.slice(0, 19)}Z`,
    into: database,
    ...(last && { lastSnapshot: last }),
  };
  const unsettled = await unsettledIn(deployment, database);
  const stayed = left && notRemoved(before, left.status);
  const warning = [unsettled, stayed].filter((one) => one !== undefined).join('; ');
  return { facts, ...(warning && { warning }) };
}

const notRemoved = (before: string, status: string): string =>
  `the database before, ${before}, is ${status} and could not be removed: what is in it is still there, and it costs what it did; its events in RDS say why`;

/** The one that CloudFormation had taken as it removed the database: nobody’s of Pilotage, and nothing comes after it. */
async function lastSnapshotOf({ before, askedAt }: Restore): Promise<string | undefined> {
  const all = await listSnapshots(before);
  return all.find((one) => (one.at ?? '') > askedAt && kindOf(one) === 'other')?.id;
}

const heldBy = (deployment: Deployment): Held => {
  const { id, pilot, environment } = deployment;
  return { id, pilot, environment, fence: leaseOf(deployment).fence };
};

const isAtRest = ({ status }: StackNow): boolean => ['whole', 'restored'].includes(meaningOf(status));

/** As it was begun, or as it is begun now, where nothing speaks against it. */
async function restoreOf(
  deployment: Deployment & { trigger: { kind: 'restore'; snapshot: string } },
  { site, policy, deadline }: Around,
  stack: StackNow,
): Promise<Restore | Refused | Failed | Parked> {
  const { id, pilot, environment, trigger } = deployment;
  const { outputs } = stack;
  const { DatabaseId: before } = outputs;
  const database = ownDatabase(site.manifest);
  if (!database || !before)
    return refused({ code: 'NO_DATABASE', message: `${pilot} in ${environment} has no database of its own` });
  const all = await listRestores(deployment);
  const known = all.find((one) => one.deployment === id);
  if (known) return known;
  // What an earlier one has begun, and was cut off from, may be about to take the place of what is there.
  if (meaningOf(stack.status) === 'under way')
    return untilAtRest(derivedName('stack', { pilot, environment }), deadline);

  const lock = await readLock(pilot, environment);
  if (!lock.offline || (await trafficNow(planOf(deployment), lock)).release !== undefined)
    return refused(notOffline(pilot));
  const snapshot = await readSnapshot(trigger.snapshot);
  if (!snapshot || !databasesOf(before, all).includes(snapshot.database))
    return refused(snapshotUnknown(pilot, environment, trigger.snapshot));
  const problem = inPlaceProblem(site.manifest, snapshot);
  if (problem) return refused(problem);
  // What is in a snapshot goes by rows that say what is in the database that it was taken of.
  await keepInLine(heldBy(deployment), outputs);
  const now = new Date().toISOString();
  const restored = restoredAs(database, snapshot.id, snapshot.storage, id);
  const cancelled = await closeCancelling(id);
  if (cancelled) return cancelledBy(cancelled);
  return wantRestore(heldBy(deployment), {
    ...restored,
    database: databaseName({ ...site, restored }, database),
    takenAt: snapshot.at ?? now,
    takenOf: snapshot.database,
    askedAt: now,
    deployment: id,
    before,
    policy,
  });
}

/** A protected database stays when its place is taken: its stack would leave it behind. */
async function bareForRemoval(held: Held, { database, before }: Restore, since: Date): Promise<Parked | undefined> {
  const now = await readDatabase(before);
  const deadline = new Date(since.getTime() + BUSY_MINUTES * 60_000);
  const busy = () => parked(`the database ${before}, which is ${now?.status}, to be available`, deadline, soon());
  // It could not be removed, and what removes it does not wait.
  if (now?.status === 'backing-up') return busy();
  if (!now?.protected) return undefined;
  await noteRestore(held, database, { isBared: true });
  return (await changeDatabase(before, { DeletionProtection: false })) === 'busy' ? busy() : undefined;
}

const soon = () => new Date(Date.now() + LOOK_AGAIN_SECONDS * 1000);

const reasonOf = (end: Failed | Refused): string =>
  end.outcome === 'failed' ? end.reason : end.problems.map(({ message }) => message).join('; ');

function telling(end: Failed | Refused, more: string): Failed | Refused {
  if (end.outcome === 'failed') return failed(end.code, `${end.reason}; ${more}`);
  return refused(...end.problems.map((one) => ({ ...one, message: `${one.message}; ${more}` })));
}
