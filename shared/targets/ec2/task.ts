import { endInstances } from '../../aws/instances.ts';
import { findInvocation, sendScript } from '../../aws/run-command.ts';
import { cancelCommand, findCommand } from '../../aws/sent-commands.ts';
import { type Failed, failed, type Parked, parked } from '../../outcome.ts';
import type { Lease, Plan, Started, Task, TaskRunner } from '../target.ts';
import { ENVIRONMENT_FILE } from './environment-script.ts';
import { scriptOf } from './run-script.ts';
import { type Stack, stackOf } from './stack.ts';
import { endTaskInstances, findTaskInstance, readiness, startTaskInstance, untilUp } from './task-instances.ts';
import { handleOf, look, partsOf } from './task-look.ts';
import { FOLDER } from './unit.ts';

const SECONDS = 1_000;
const SOON = 10 * SECONDS;
/** What was sent and is not to be seen by then is waited for by others. */
const PATIENCE = 60 * 60 * SECONDS;
/** Seconds that the agent gives a command besides, so that it is Pilotage that ends what takes too long, and tells why. */
const SPARE = 120;

/**
 * A command by Systems Manager on an instance that is started for it alone, from the release's own version of the launch
 * template: none that serves has to be there, nor is one touched.
 */
export const task: TaskRunner = { start, look, stop };

const commentOf = ({ id }: Task): string => `pilotage: task ${id}`;

async function start(plan: Plan, asked: Task, lease: Lease): Promise<Started | Parked | Failed> {
  const stack = stackOf(plan);
  const found = await findTaskInstance(plan, asked.id);
  const sent = found && (await findCommand(found.id, commentOf(asked)));
  if (sent) return { outcome: 'started', handle: handleOf(sent, found.id) };
  if (!(await lease.holds())) return failed('FENCED', 'a newer deployment holds the lock');

  if (!found) {
    const started = await startTaskInstance(plan, stack, asked, lease);
    return started.outcome === 'parked' ? started : unlessClaimed(asked, started);
  }
  const state = await readiness(plan, found);
  if (state === 'ready') return send(stack, asked, found.id);
  if ('waits' in state) return untilUp(state.waits, found.startedAt);
  const refused = await unlessClaimed(asked, failed(state.code, state.reason));
  if (refused.outcome === 'failed') await endTaskInstances(plan, asked.id);
  return refused;
}

/** Where an earlier call may have sent the command, nobody can say any more that it was not. */
async function unlessClaimed(asked: Task, refused: Failed): Promise<Failed | Parked> {
  const { isFirst, since } = await asked.claim();
  return isFirst ? refused : untilSeen(since);
}

/** Systems Manager knows no token: it is sent once, and after a lost answer only looked for. */
async function send(stack: Stack, asked: Task, instance: string): Promise<Started | Parked | Failed> {
  const { isFirst, since } = await asked.claim();
  if (!isFirst) return untilSeen(since);
  const sent = await sendScript({
    instance,
    lines: scriptOf({ user: 'pilot', folder: FOLDER, environmentFile: ENVIRONMENT_FILE }, asked.command),
    folder: FOLDER,
    seconds: asked.timeout + SPARE,
    logs: stack.logs,
    comment: commentOf(asked),
  });
  switch (sent.outcome) {
    case 'sent':
      return { outcome: 'started', handle: handleOf(sent.command, instance) };
    case 'unknown':
      return untilSeen(since);
    case 'refused':
      await endInstances([instance]);
      return failed('TASK_NOT_STARTED', `Systems Manager did not take its command: ${sent.reason}`);
  }
}

const untilSeen = (since: Date): Parked =>
  parked('its command to be seen', new Date(since.getTime() + PATIENCE), new Date(Date.now() + SOON));

/** States of a command that was not told to end yet. */
const UNTOLD = ['Pending', 'InProgress', 'Delayed'];

/** Tells the agent to end the command, and where it does not, ends the instance under it. */
async function stop(_: Plan, handle: string): Promise<void> {
  const { command, instance } = partsOf(handle);
  const { status = 'Pending' } = (await findInvocation(command, instance)) ?? {};
  if (UNTOLD.includes(status)) await cancelCommand(command, instance);
  else await endInstances([instance]);
}
