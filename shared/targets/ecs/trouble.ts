import type { Task } from '@aws-sdk/client-ecs';
import type { TargetState } from '../../aws/load-balancers.ts';
import type { Detail } from './detail.ts';
import { CONTAINER } from './names.ts';
import type { Colouring } from './services.ts';

/** Why a colour will not become well. */
export interface Trouble {
  code: string;
  reason: string;
  /** The task whose log tells more. */
  task?: string;
}

/** Tasks that failed alike so often will go on failing. */
const ENOUGH = 3;

interface Rule {
  says: RegExp;
  code: string;
  words: string;
  /** Once is enough: the next task can fare no better. */
  final?: true;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
const STOPPED: Rule[] = [
  {
    says: /CannotPull\w*Error.*(?:not found|not exist|manifest unknown|no such|MANIFEST_UNKNOWN)/is,
    code: 'IMAGE_NOT_FOUND',
    words: 'the image does not exist, or the pilot may not read it',
    final: true,
  },
  {
    says: /CannotPull\w*Error.*(?:platform|exec format)/is,
    code: 'IMAGE_WRONG_PROCESSOR',
    words: 'the image is not built for this processor; ecs.architecture says which',
    final: true,
  },
  { says: /CannotPull\w*Error/, code: 'IMAGE_NOT_PULLED', words: 'the image could not be fetched' },
  // Each in its own words: Fargate, and Docker on an instance.
  {
    says: /EFS utils|CannotCreateVolumeError|VolumeDriver/i,
    code: 'VOLUME_NOT_MOUNTED',
    words: 'the volume could not be mounted',
  },
  {
    says: /EMPTY CAPACITY PROVIDER|NO ACTIVE INSTANCES|RESOURCE:/,
    code: 'NO_INSTANCE',
    words: 'no instance came up that had room for it; the activity of the Auto Scaling group says why',
  },
  {
    says: /ResourceInitializationError.*(?:secret|parameter|AccessDenied|ResourceNotFound)/is,
    code: 'SECRET_NOT_READ',
    words: 'a secret could not be read',
    final: true,
  },
  { says: /ResourceInitializationError/, code: 'TASK_NOT_STARTED', words: 'the task could not be set up' },
  {
    says: /Task failed ELB health checks|failed container health checks/i,
    code: 'HEALTH_CHECK_FAILED',
    words: 'the health check did not pass',
  },
  { says: /OutOfMemory/, code: 'OUT_OF_MEMORY', words: 'it ran out of memory; ecs.memory gives it more' },
];

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html */
const EVENTS: Rule[] = [
  {
    says: /free (?:IP )?addresses|InsufficientFreeAddresses/i,
    code: 'OUT_OF_ADDRESSES',
    words: 'the subnets have no free addresses left',
    final: true,
  },
  {
    says: /limit on the number of|LimitExceeded|ServiceQuota|maximum number of/i,
    code: 'QUOTA',
    words: 'a quota of the account is used up; ask AWS for a higher one',
    final: true,
  },
  {
    says: /unable to assume (?:the )?role/i,
    code: 'ROLE_NOT_USABLE',
    words: 'ECS may not use the role of the tasks',
    final: true,
  },
];

/**
 * What will never become well, of a roll-out that is not well yet.
 * @param stopped tasks of the service that have stopped; those of other roll-outs do not count.
 */
export function troubleIn(
  seen: Colouring,
  stopped: Task[],
  targets: TargetState[],
  detail: Pick<Detail, 'port' | 'health'>,
): Trouble | undefined {
  const event = seen.events.find((message) => EVENTS.some(({ says }) => says.test(message)));
  const told = EVENTS.find(({ says }) => event && says.test(event));
  if (told && event) return { code: told.code, reason: `${told.words}: ${event}` };

  const own = stopped.filter(({ startedBy }) => startedBy === seen.rollout.id);
  const stops = own.map((task) => stopOf(task, targets, detail)).filter((stop) => stop !== undefined);
  const final = stops.find(({ final }) => final);
  const isOver = seen.rollout.state === 'FAILED' || seen.rollout.failed >= ENOUGH || stops.length >= ENOUGH;
  const stop = final ?? (isOver ? stops[0] : undefined);
  if (stop) return { code: stop.code, reason: stop.reason, ...(stop.task && { task: stop.task }) };
  if (seen.rollout.state !== 'FAILED') return undefined;
  return { code: 'TASKS_FAILED', reason: seen.rollout.reason || 'ECS gave up starting tasks' };
}

/** Why a task stopped before its container ran. */
export function notStarted(task: Task): { code: string; reason: string } {
  const said = saidOf(task);
  const rule = STOPPED.find(({ says }) => says.test(said));
  return {
    code: rule?.code ?? 'TASK_NOT_STARTED',
    reason: rule ? `${rule.words}: ${said}` : said || 'ECS says no more',
  };
}

const containerOf = (task: Task) => task.containers?.find(({ name }) => name === CONTAINER);
const saidOf = (task: Task): string => [task.stoppedReason, containerOf(task)?.reason].filter(Boolean).join('; ');

/** Why one task stopped; undefined when nothing was wrong with it. */
function stopOf(task: Task, targets: TargetState[], detail: Pick<Detail, 'port' | 'health'>) {
  const said = saidOf(task);
  const id = task.taskArn?.split('/').at(-1);
  const rule = STOPPED.find(({ says }) => says.test(said));
  if (rule?.code === 'HEALTH_CHECK_FAILED') return { ...unhealthy(said, targets, detail), task: id, final: undefined };
  if (rule) return { code: rule.code, reason: `${rule.words}: ${said}`, task: id, final: rule.final };
  if (task.stopCode !== 'EssentialContainerExited') return undefined;
  const code = containerOf(task)?.exitCode;
  return { code: 'CONTAINER_EXITED', reason: exitInWords(code, said), task: id, final: undefined };
}

/** A port that nobody listens on and a page that says no are told apart by the target's state, while there is one. */
function unhealthy(said: string, targets: TargetState[], { port, health }: Pick<Detail, 'port' | 'health'>) {
  const bad = targets.find(({ state }) => state === 'unhealthy');
  if (bad?.reason === 'Target.Timeout' || bad?.reason === 'Target.FailedHealthChecks' || /timed out/i.test(said))
    return { code: 'NOBODY_LISTENS', reason: `nothing answers on port ${port}: ${bad?.words ?? said}` };
  return {
    code: 'HEALTH_CHECK_FAILED',
    reason: `the health check of ${health.path} did not pass: ${bad?.words ?? said}`,
  };
}

/** 137 is SIGKILL, which is what happens when memory runs out. */
function exitInWords(code: number | undefined, said: string): string {
  if (code === undefined) return `the container ended: ${said}`;
  const meaning =
    code === 137 ? ', killed, perhaps for want of memory' : code === 0 ? ', as if its work were done' : '';
  return `the container ended with exit code ${code}${meaning}`;
}
