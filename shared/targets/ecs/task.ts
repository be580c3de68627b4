import type { Container, Task as EcsTask, RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { findTask, runTask, stopTask, taskStartedBy } from '../../aws/ecs-tasks.ts';
import { lastLines } from '../../aws/logs.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { type Failed, failed, type Parked, parked } from '../../outcome.ts';
import { logLink } from '../log-link.ts';
import type { Lease, Plan, Started, Task, TaskLook, TaskRunner } from '../target.ts';
import { detailOf } from './detail.ts';
import { CONTAINER, familyOf, hostsProvider } from './names.ts';
import { inNetwork } from './service.ts';
import { type Stack, stackOf } from './stack.ts';
import { ensureTaskDefinition } from './task-definition.ts';
import { notStarted } from './trouble.ts';

const SECONDS = 1_000;
const MINUTES = 60 * SECONDS;
const SOON = 10 * SECONDS;
/** So long after a start that got no answer it may be asked for again: ECS still knows the token. */
const TOKEN_MS = 10 * MINUTES;
/** What was started and is not to be seen by then is waited for by others. */
const PATIENCE_MS = 60 * MINUTES;
const LINES = 20;

/** A task of the release's own definition, with another command: in the same network, under the same roles, beside no balancer. */
export const task: TaskRunner = {
  start,
  look,
  stop: (plan, arn) => stopTask(stackOf(plan).cluster, arn, 'Pilotage: it took too long'),
};

async function start(plan: Plan, asked: Task, lease: Lease): Promise<Started | Parked | Failed> {
  const stack = stackOf(plan);
  const family = familyOf(plan, plan.release);
  const found = await taskStartedBy(stack.cluster, asked.id, family);
  if (found) return { outcome: 'started', handle: found };
  const definition = await ensureTaskDefinition(plan);
  if (!(await lease.holds())) return failed('FENCED', 'a newer deployment holds the lock');

  const { isFirst, since } = await asked.claim();
  if (!isFirst && Date.now() > since.getTime() + TOKEN_MS) return untilSeen(since);
  const started = await runTask(running(plan, stack, definition, asked));
  if (typeof started === 'string') return { outcome: 'started', handle: started };
  // What was asked for before may have been started all the same.
  return isFirst ? failed('TASK_NOT_STARTED', started.refused) : untilSeen(since);
}

const untilSeen = (since: Date): Parked =>
  parked('its task to be seen', new Date(since.getTime() + PATIENCE_MS), new Date(Date.now() + SOON));

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html */
export function running(plan: Plan, stack: Stack, taskDefinition: string, { id, command }: Task) {
  const provider = detailOf(plan).launch === 'ec2' ? hostsProvider(plan) : 'FARGATE';
  return {
    cluster: stack.cluster,
    taskDefinition,
    count: 1,
    clientToken: id,
    startedBy: id,
    // Not on spot, where AWS may take it away at any moment.
    capacityProviderStrategy: [{ capacityProvider: provider, base: 0, weight: 1 }],
    networkConfiguration: inNetwork(stack),
    overrides: { containerOverrides: [{ name: CONTAINER, command }] },
    enableECSManagedTags: true,
    tags: Object.entries(ownerTags(plan)).map(([key, value]) => ({ key, value })),
  } satisfies RunTaskCommandInput;
}

async function look(plan: Plan, arn: string): Promise<TaskLook> {
  const found = await findTask(stackOf(plan).cluster, arn);
  if (!found) return { state: 'unseen', progress: 'its task to be seen' };
  const since = found.startedAt?.toISOString();
  if (found.lastStatus !== 'STOPPED')
    return {
      state: 'running',
      progress: since
        ? `its task runs since ${since.slice(11, 19)}`
        : `its task is ${String(found.lastStatus).toLowerCase()}`,
      ...(since && { since }),
    };
  return endOf(plan, found, arn.split('/').at(-1) ?? '');
}

async function endOf(plan: Plan, found: EcsTask, id: string): Promise<TaskLook> {
  const container = found.containers?.find(({ name }) => name === CONTAINER);
  if (!mayHaveRun(found, container)) return { state: 'never-ran', ...notStarted(found) };
  if (container?.exitCode !== undefined) {
    const stack = stackOf(plan);
    const stream = `${plan.release}/${CONTAINER}/${id}`;
    return {
      state: 'ended',
      exitCode: container.exitCode,
      log: await lastLines(stack.logs, stream, LINES).catch(() => []),
      more: logLink(stack, stack.logs, stream),
    };
  }
  return { state: 'lost', reason: `its task stopped, and ECS tells no exit code: ${found.stoppedReason ?? 'nor why'}` };
}

/** Of a container that ends at once, ECS may never tell that it ran: https://github.com/aws/amazon-ecs-agent/pull/592 */
export function mayHaveRun({ startedAt, stopCode }: EcsTask, container: Container | undefined): boolean {
  if (startedAt) return true;
  if (/^Cannot\w*Error/.test(container?.reason ?? '')) return false;
  return container?.exitCode !== undefined || stopCode === 'EssentialContainerExited';
}
