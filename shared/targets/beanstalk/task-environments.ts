import { type Environment, listEnvironments, terminateEnvironment } from '../../aws/beanstalk.ts';
import { deleteVersion, listVersions } from '../../aws/beanstalk-versions.ts';
import { deleteObjects } from '../../aws/objects.ts';
import { logOf } from '../../log.ts';
import type { Lease, Plan, Task } from '../target.ts';
import { detailOf } from './detail.ts';
import { bundleKey, taskName } from './names.ts';
import { isGoing } from './seen.ts';
import type { Stack } from './stack.ts';
import { toldOf } from './task-log.ts';
import { troubleOf } from './trouble.ts';

const log = logOf('task');

const LABEL = /^task-([0-9a-z]{1,32})$/;

/** The label of the application version that runs a command. */
export const labelOf = (task: string): string => `task-${task}`;

/** Seconds that an environment may take until its command begins, and after that has ended, until it is ended. */
const AROUND = 60 * 60;
const TEXT = /^Pilotage: for one command, of at most (\d+) s, since (\d\S+Z)$/;

export const describeTask = ({ timeout }: Pick<Task, 'timeout'>, since: Date): string =>
  `Pilotage: for one command, of at most ${timeout} s, since ${since.toISOString()}`;

/** Whether whatever ran there has ended, or should have; otherwise it may be a command of which only its own deployment knows. */
export async function isOver(plan: Plan, environment: Environment): Promise<boolean> {
  if (isLate(environment, new Date())) return true;
  const task = LABEL.exec(environment.version)?.[1];
  return task !== undefined && (await toldOf(plan, task))?.exitCode !== undefined;
}

function isLate({ description }: Pick<Environment, 'description'>, now: Date): boolean {
  const [, seconds, since] = TEXT.exec(description) ?? [];
  return !since || now.getTime() > Date.parse(since) + (Number(seconds) + AROUND) * 1000;
}

/** Environments of commands, those that were terminated within the hour as well; those that stand first. */
export async function listTaskEnvironments(plan: Plan): Promise<Environment[]> {
  const name = taskName(plan);
  const all = await listEnvironments(detailOf(plan).application, { terminated: true });
  return all
    .filter((one) => one.name === name)
    .sort((a, b) => Number(a.status === 'Terminated') - Number(b.status === 'Terminated'));
}

/** The one of a command: that which stands, where there are two. */
export const environmentOf = (all: readonly Environment[], task: string): Environment | undefined =>
  all.find(({ version }) => version === labelOf(task));

/** Ends the environment of a command. What Elastic Beanstalk does to it at the moment may have to end first. */
export async function endEnvironment(environment: Environment): Promise<void> {
  if (isGoing(environment.status)) return;
  try {
    await terminateEnvironment(environment);
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble || !('passes' in trouble)) throw error;
    log.warn('an environment cannot be ended yet', { environment: environment.name, passes: trouble.passes });
  }
}

/** Ends what could not be ended when its command had, or was forgotten. */
export async function endLeftOver(plan: Plan, environments: readonly Environment[], lease: Lease): Promise<void> {
  for (const one of environments)
    if (one.name === taskName(plan) && (await isOver(plan, one)) && (await lease.holds())) await endEnvironment(one);
}

/** Removes what earlier commands have left: their versions, with the bundles. What an environment still has stays. */
export async function clearVersions(plan: Plan, { releases }: Stack, task: string): Promise<void> {
  const { application } = detailOf(plan);
  const labels = (await listVersions(application)).filter((label) => LABEL.test(label) && label !== labelOf(task));
  for (const label of labels)
    if (await deleteVersion(application, label)) await deleteObjects(releases, [bundleKey(plan, label)]);
}
