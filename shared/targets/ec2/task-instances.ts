import { endInstances, findInstances, type LoneInstance, startInstance } from '../../aws/instances.ts';
import { isReached } from '../../aws/sent-commands.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { type Failed, failed, type Parked, parked } from '../../outcome.ts';
import type { Lease, Plan, Task } from '../target.ts';
import { keepArtifact } from './artifact-copy.ts';
import { installationOf, toldBy } from './install-log.ts';
import type { Stack } from './stack.ts';
import { secondsToLive, TO_COME_UP } from './task-user-data.ts';
import { ensureVersion, instanceTags } from './template-version.ts';
import { refusalIn, type Trouble } from './trouble.ts';

/** Tags of an instance that runs one command: which one, and the seconds after its start at which it has to be gone. */
const TASK = 'pilotage:task';
const LIVES = 'pilotage:seconds';

const SECONDS = 1_000;
const LOOK_AGAIN = 15 * SECONDS;

/** The instance of a task; the first where a call that got no answer has led to two. */
export async function findTaskInstance(plan: Plan, task: string): Promise<LoneInstance | undefined> {
  const [first] = await findInstances({ ...ownerTags(plan), [TASK]: task });
  return first;
}

/** Whether an instance of a task is seen to have run its last line. */
export async function isTaskInstanceGone(plan: Plan, instance: string): Promise<boolean> {
  const all = await findInstances({ ...ownerTags(plan), [TASK]: undefined });
  return all.some(({ id, isGone }) => id === instance && isGone);
}

/** Starts the instance of a task, in the first subnet that has room for it. Asked again, it is the same instance. */
export async function startTaskInstance(
  plan: Plan,
  stack: Stack,
  { id, timeout }: Task,
  lease: Lease,
): Promise<Parked | Failed> {
  await clearTaskInstances(plan);
  const trouble = await keepArtifact(plan, stack);
  if (trouble) return trouble;
  const purpose = { seconds: timeout };
  const version = await ensureVersion(plan, stack, purpose, lease);
  const tags = { ...instanceTags(plan, purpose), [TASK]: id, [LIVES]: String(secondsToLive(timeout)) };
  let said = 'the stack has no subnets';
  for (const [index, subnet] of stack.subnets.entries()) {
    const started = await startInstance({ template: stack.template, version, subnet, tags, token: `${id}-${index}` });
    if (started === 'started') return untilUp('its instance to start', new Date());
    said = started.refused;
    if (!started.isFull) break;
  }
  const { code, reason } = refusalIn(said) ?? {
    code: 'INSTANCE_NOT_STARTED',
    reason: `EC2 starts no instance: ${said}`,
  };
  return failed(code, reason);
}

export const untilUp = (progress: string, since: Date): Parked =>
  parked(progress, new Date(since.getTime() + 2 * TO_COME_UP * SECONDS), new Date(Date.now() + LOOK_AGAIN));

/** Whether an instance can be sent its command; what it waits for, or why it never will be. */
export async function readiness(
  plan: Plan,
  { id, isOver, isRunning, startedAt, why }: LoneInstance,
): Promise<'ready' | { waits: string } | Trouble> {
  if (isOver) return toldBy(plan, { ...(refusalIn(why) ?? endedBy(why)), instance: id });
  const installation = isRunning ? await installationOf(plan, id) : 'under way';
  if (installation === 'failed')
    return toldBy(plan, {
      code: 'INSTANCE_NOT_INSTALLED',
      reason: 'its instance could not be installed',
      instance: id,
    });
  const waits = await awaited(id, isRunning, installation);
  // What is sent later would be cut off when the instance ends by itself.
  if (Date.now() > startedAt.getTime() + TO_COME_UP * SECONDS)
    return toldBy(plan, {
      code: 'INSTANCE_SILENT',
      reason: waits
        ? `in ${TO_COME_UP / 60} minutes nobody saw ${waits}`
        : 'its instance was left waiting for too long',
      instance: id,
    });
  return waits ? { waits } : 'ready';
}

const endedBy = (why: string) => ({
  code: 'INSTANCE_ENDED',
  reason: `its instance ended before it was installed${why ? `: ${why}` : ''}`,
});

async function awaited(instance: string, isRunning: boolean, installation: string): Promise<string | undefined> {
  if (!isRunning) return 'its instance to start';
  if (installation !== 'done') return 'its instance to be installed';
  return (await isReached(instance)) ? undefined : 'its instance to be reached by Systems Manager';
}

/** Ends the instances of a task. */
export const endTaskInstances = async (plan: Plan, task: string): Promise<void> =>
  endInstances(idsOf(await findInstances({ ...ownerTags(plan), [TASK]: task })));

/**
 * Ends those that should have ended by themselves and did not, as where they could not even begin to be installed. One whose
 * time is not over may run a command of which only its own deployment knows.
 */
export async function clearTaskInstances(plan: Plan): Promise<void> {
  const all = await findInstances({ ...ownerTags(plan), [TASK]: undefined });
  const isLate = ({ tags, startedAt }: LoneInstance) =>
    Date.now() > startedAt.getTime() + Number(tags[LIVES] ?? 0) * SECONDS;
  await endInstances(idsOf(all.filter(isLate)));
}

const idsOf = (all: readonly LoneInstance[]): string[] => all.filter(({ isGone }) => !isGone).map(({ id }) => id);
