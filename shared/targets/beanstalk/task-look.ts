import { listFailures } from '../../aws/beanstalk-health.ts';
import { logLink } from '../log-link.ts';
import type { Plan, TaskLook } from '../target.ts';
import { placeOf } from './detail.ts';
import { isGoing } from './seen.ts';
import { endEnvironment, environmentOf, listTaskEnvironments } from './task-environments.ts';
import { lastOutput, type Told, taskStreams, toldOf } from './task-log.ts';

/** As a shell says it of what was ended. */
const ENDED = 143;

/** What has become of a command; once that is known its environment is of no more use, and ended. */
export async function look(plan: Plan, task: string): Promise<TaskLook> {
  // First the environment: what its instance told before it was gone is seen then.
  const environment = environmentOf(await listTaskEnvironments(plan), task);
  const told = await toldOf(plan, task);
  // That it is not shown does not say that it is gone.
  const isGone = environment?.status === 'Terminated';
  if (told?.exitCode !== undefined) {
    if (environment) await endEnvironment(environment);
    return ended(plan, task, told.exitCode);
  }
  if (told) {
    if (!isGone) return runs(told);
    // Pilotage asked for it.
    return told.isStopped ? ended(plan, task, ENDED) : LOST;
  }
  if (!environment) return waits('to be seen');
  if (isGone)
    return {
      state: 'never-ran',
      code: 'TASK_NOT_STARTED',
      reason: `its environment did not come to it: ${(await listFailures(environment))[0] ?? 'Elastic Beanstalk says no more'}`,
    };
  if (isGoing(environment.status)) return waits('to be terminated');
  if (environment.status !== 'Ready') return waits('to be launched');
  // It was launched as far as it will be. Only of what is gone can it be said that nothing runs there any more.
  await endEnvironment(environment);
  return waits('to be terminated');
}

const LOST: TaskLook = { state: 'lost', reason: 'its instance ended before its command did' };

const waits = (what: string): TaskLook => ({ state: 'running', progress: `its environment ${what}` });

const runs = ({ begun }: Told): TaskLook =>
  begun
    ? { state: 'running', progress: `its command runs since ${begun.slice(11, 19)}`, since: begun }
    : { state: 'running', progress: 'its command to begin' };

async function ended(plan: Plan, task: string, exitCode: number): Promise<TaskLook> {
  const { group, output } = taskStreams(plan, task);
  return { state: 'ended', exitCode, log: await lastOutput(plan, task), more: logLink(placeOf(plan), group, output) };
}
