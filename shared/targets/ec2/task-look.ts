import { endInstances } from '../../aws/instances.ts';
import { lastLines } from '../../aws/logs.ts';
import { findInvocation, type Invocation, outputStream } from '../../aws/run-command.ts';
import { logOf } from '../../log.ts';
import { logLink } from '../log-link.ts';
import type { Plan, TaskLook } from '../target.ts';
import { type Stack, stackOf } from './stack.ts';
import { isTaskInstanceGone } from './task-instances.ts';

const log = logOf('task');

/** A run is known by its command and the instance that it was sent to. */
export const handleOf = (command: string, instance: string): string => `${command} ${instance}`;

export function partsOf(handle: string): { command: string; instance: string } {
  const [command = '', instance = ''] = handle.split(' ');
  return { command, instance };
}

const OVER = ['Success', 'Failed', 'TimedOut', 'Cancelled'];

/** As a shell says it of what was ended, and of what took too long. */
const ENDED = 143;
const LATE = 124;

/** What has become of a command; once that is known its instance is of no more use, and ended. */
export async function look(plan: Plan, handle: string): Promise<TaskLook> {
  const { command, instance } = partsOf(handle);
  // First the instance: what the agent tells of the command before the instance is gone is seen then.
  const isGone = await isTaskInstanceGone(plan, instance);
  const found = await findInvocation(command, instance);
  if (!found) return isGone ? LOST : { state: 'running', progress: 'its command to be seen' };
  if (!OVER.includes(found.status)) return isGone ? goneUnder(found) : runningFor(found);
  await endInstances([instance]).catch((error: unknown) =>
    log.warn('an instance was not ended; it does so by itself', { instance, error }),
  );
  return endOf(stackOf(plan), found, command, instance);
}

const LOST: TaskLook = { state: 'lost', reason: 'its instance ended before its command did' };

const goneUnder = ({ status, begun }: Invocation): TaskLook =>
  // Pilotage asked for it, and has ended the instance when that did not help.
  status === 'Cancelling' && begun ? { state: 'ended', exitCode: ENDED, log: [] } : LOST;

const runningFor = ({ begun }: Invocation): TaskLook =>
  begun
    ? { state: 'running', progress: `its command runs since ${begun.slice(11, 19)}`, since: begun }
    : { state: 'running', progress: 'its command to begin' };

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html */
async function endOf(stack: Stack, found: Invocation, command: string, instance: string): Promise<TaskLook> {
  const { details, begun } = found;
  const exitCode = exitCodeOf(found);
  if (exitCode !== undefined) {
    const streams = (['stdout', 'stderr'] as const).filter((name) => found[name] !== '');
    const lines = await Promise.all(
      streams.map((name) => linesOf(found, name, stack.logs, outputStream(command, instance, name))),
    );
    const more = logLink(stack, stack.logs, outputStream(command, instance, streams[0] ?? 'stdout'));
    return { state: 'ended', exitCode, log: lines.flat().slice(-LINES), more };
  }
  if (!begun && NOT_DELIVERED.test(details))
    return {
      state: 'never-ran',
      code: 'TASK_NOT_STARTED',
      reason: `its instance did not take the command: ${details}`,
    };
  return { state: 'lost', reason: `Systems Manager tells no exit code: ${details}` };
}

const NOT_DELIVERED = /^(?:DeliveryTimedOut|Undeliverable|InvalidPlatform|AccessDenied)$/;

function exitCodeOf({ exitCode, status, details, begun }: Invocation): number | undefined {
  if (exitCode !== undefined) return exitCode;
  if (details === 'ExecutionTimedOut') return LATE;
  return status === 'Cancelled' && begun ? ENDED : undefined;
}

const LINES = 20;

/** The last lines of an output; Systems Manager itself keeps the first ones. */
async function linesOf(found: Invocation, name: 'stdout' | 'stderr', group: string, stream: string): Promise<string[]> {
  const kept = found.cut.includes(name) ? await lastLines(group, stream, LINES).catch(() => []) : [];
  const text = kept.length > 0 ? kept.join('\n') : found[name];
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-LINES);
}
