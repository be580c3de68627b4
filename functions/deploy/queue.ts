import { isKeptOffline, isRemoval } from '../../shared/events.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { findDeployment, knownDeployment, listPreview } from '../../shared/ledger/deployments.ts';
import { freeFrom, type Lock, readLock, takeLock, waitForLock } from '../../shared/ledger/lock.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { decideTurn, isLater, secondOf } from '../../shared/ledger/turn.ts';
import { keptOffline } from '../../shared/maintenance.ts';
import { isPreview } from '../../shared/manifest/identifiers.ts';
import { uploadId } from '../../shared/names.ts';
import { aboutToChange } from '../../shared/offline.ts';
import { done, type Outcome, parked, refused, superseded } from '../../shared/outcome.ts';
import { previewProblem } from '../../shared/planning/preview-place.ts';
import { type Job, step } from '../../shared/step.ts';

/** How long a deployment may wait for the one before it. */
const DEADLINE_HOURS = 24;

/** One deployment at a time for each pilot and environment; of those that wait, only the newest goes on. */
export const handler = step('Queue', async ({ deployment, publish }) => {
  const seen = await lockWithoutDead(deployment);
  const newest = (await newerUpload(deployment)) ?? (await newerPush(deployment, seen));
  if (newest) return superseded(newest);

  const { id, pilot, environment, requestedAt } = deployment;
  const lock = await takeLock({ id, pilot, environment, at: secondOf(requestedAt) }, seen);
  // It may have come first meanwhile.
  const faster = await newerPush(deployment, lock);
  if (faster) return superseded(faster);
  const turn = decideTurn(deployment, lock, await rivalIn(lock));
  switch (turn.turn) {
    case 'ours':
      if (lock.offline && isKeptOffline(deployment.trigger))
        return refused(keptOffline(deployment.pilot, lock.offline));
      return begin(deployment, lock);
    case 'refused':
      return refused(aboutToChange(await knownDeployment(turn.by)));
    case 'superseded':
      return superseded(turn.by);
    case 'waiting':
      return waitBehind(deployment, turn.behind);
    case 'claim':
      return claimWaiting(deployment, lock, turn.behind, publish);
  }
});

/** What is asked for a preview is asked again here: it may have waited for the removal of that, and nobody would remove it anew. */
async function begin(deployment: Deployment, { fence }: Lock): Promise<Outcome> {
  const problem = await previewProblem(deployment);
  if (problem) return refused(problem);
  if (isPreview(deployment.environment) && !isRemoval(deployment.trigger)) await listPreview(deployment);
  await settle(deployment.id, { fence });
  return done({});
}

/** An owner that has ended without leaving the lock is no owner. */
async function lockWithoutDead({ id, pilot, environment }: Deployment): Promise<Lock> {
  const lock = await readLock(pilot, environment);
  if (!lock.owner || lock.owner === id || !(await findDeployment(lock.owner))?.finishedAt) return lock;
  await freeFrom(pilot, environment, lock.owner);
  return readLock(pilot, environment);
}

/** Who waits; one that has ended without leaving its place does not. */
async function rivalIn({ waiting }: Lock): Promise<Deployment | undefined> {
  const rival = waiting === undefined ? undefined : await findDeployment(waiting);
  return rival?.finishedAt ? undefined : rival;
}

/** An upload that is no longer its key's newest version has been overtaken, whatever order the events came in. */
async function newerUpload({ pilot, environment, trigger }: Deployment): Promise<string | undefined> {
  if (trigger.kind !== 'upload') return undefined;
  const { uploadedVersion } = await import('../../shared/aws/uploads.ts');
  const { bucket, key } = trigger;
  const current = await uploadedVersion(bucket, key);
  if (!current || current.version === trigger.version) return undefined;
  return uploadId(pilot, environment, { bucket, key, version: current.version, at: current.modified });
}

/** The lock goes by seconds. Of two pushes within one the later one may have it, or be done already. */
async function newerPush(deployment: Deployment, { newest, newestId }: Lock): Promise<string | undefined> {
  const { id, trigger, requestedAt } = deployment;
  if (trigger.kind !== 'push') return undefined;
  if (newestId === undefined || newestId === id || newest !== secondOf(requestedAt)) return undefined;
  const other = await findDeployment(newestId);
  return other && isLater(other, deployment) ? newestId : undefined;
}

/** Takes the one waiting place, and wakes whoever had it so that it ends as superseded. */
async function claimWaiting(
  deployment: Deployment,
  lock: Lock,
  owner: string,
  publish: Job['publish'],
): Promise<Outcome> {
  const { pilot, environment, id } = deployment;
  if (!(await waitForLock(pilot, environment, id, lock))) throw new Error('the lock changed while it was read');
  await settle(id, { queued: true });
  await publish('Queued', { deployment: id, pilot, environment, behind: owner });
  const why = await whyGiveWay(deployment, owner);
  if (why) await publish('Woken', { deployment: owner, pilot, environment, why });
  if (lock.waiting) {
    await publish('Woken', { deployment: lock.waiting, pilot, environment, why: `${id} is newer` });
  }
  return waitBehind(deployment, owner);
}

/**
 * Neither a rollback nor going offline waits for a rollout that is being watched: Shift looks, and gives way. What is not built
 * yet has changed nothing: Build looks whether it gives way (shared/building/giving-way.ts).
 */
async function whyGiveWay({ id, trigger: { kind } }: Deployment, owner: string): Promise<string | undefined> {
  if (kind === 'rollback' || kind === 'offline') return `${id} is urgent: ${kind}`;
  const { build, plan } = (await findDeployment(owner)) ?? {};
  return build && !plan ? `${id} is newer, and nothing is built yet` : undefined;
}

const waitBehind = ({ requestedAt }: Deployment, owner: string): Outcome =>
  parked(`${owner} to finish`, new Date(Date.parse(requestedAt) + DEADLINE_HOURS * 3_600_000));
