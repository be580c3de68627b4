import { findApplication } from '../../aws/beanstalk-applications.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { type Failed, type Parked, parked } from '../../outcome.ts';
import { databaseVariables } from '../database.ts';
import type { Lease, Plan, Started, Task, TaskRunner } from '../target.ts';
import { bringApplication } from './application.ts';
import { bundleRelease, bundleTask } from './bundle.ts';
import { createOnce } from './create-once.ts';
import { detailOf } from './detail.ts';
import { FENCED } from './held.ts';
import { taskName } from './names.ts';
import { isGoing } from './seen.ts';
import { taskSettings } from './settings.ts';
import { type Stack, stackOf } from './stack.ts';
import {
  clearVersions,
  describeTask,
  endEnvironment,
  environmentOf,
  isOver,
  labelOf,
  listTaskEnvironments,
} from './task-environments.ts';
import { tellStopped, toldOf } from './task-log.ts';
import { look } from './task-look.ts';
import { troubleOf } from './trouble.ts';
import { secretArns } from './variables.ts';

const SECONDS = 1_000;
const SOON = 10 * SECONDS;
/** So long Elastic Beanstalk may take to read a bundle, to end an environment, or to show one. */
const PATIENCE = 60 * 60 * SECONDS;
/** The tag of an environment that runs one command, which says whose run that is. */
const TASK = 'pilotage:task';

/** What was asked of Elastic Beanstalk shows by then, or never. */
const ON_ITS_WAY = 5 * 60 * SECONDS;

/**
 * A leader command in an environment that is launched for it alone, from the release's own bundle with that command in it:
 * one instance without a load balancer, whose address nobody is led to, and which is ended afterwards. What serves is not touched.
 */
export const task: TaskRunner = { start, look, stop };

async function start(plan: Plan, asked: Task, lease: Lease): Promise<Started | Parked | Failed> {
  try {
    return await bring(plan, asked, lease);
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble) throw error;
    return 'passes' in trouble ? until(trouble.passes) : trouble;
  }
}

async function bring(plan: Plan, asked: Task, lease: Lease): Promise<Started | Parked | Failed> {
  const stack = stackOf(plan);
  const known = (await findApplication(detailOf(plan).application)) ? await listTaskEnvironments(plan) : [];
  const isThere = environmentOf(known, asked.id) ?? (await toldOf(plan, asked.id));
  if (isThere) return { outcome: 'started', handle: asked.id };
  if (!(await lease.holds())) return FENCED;

  const [other] = known.filter(({ status }) => status !== 'Terminated');
  if (other) {
    const awaits = `${other.name}, which an earlier command ran in, to be terminated`;
    if (isGoing(other.status)) return until(awaits, other.changedAt);
    if (await isOver(plan, other)) await endEnvironment(other);
    return until(awaits);
  }
  const foreign = await bringApplication(plan);
  if (foreign) return foreign;
  await clearVersions(plan, stack, asked.id);
  for (const bundle of [() => bundleRelease(plan, stack), () => bundleTask(plan, stack, asked)]) {
    const bundled = await bundle();
    if (bundled !== 'ready')
      return 'processing' in bundled ? until('Elastic Beanstalk to read the bundle', bundled.processing) : bundled;
  }
  return launch(plan, stack, asked);
}

/** Launching it is what makes the command run. Its name is taken then: a second call launches no second one. */
async function launch(plan: Plan, stack: Stack, asked: Task): Promise<Started | Parked | Failed> {
  const { application, platform, variables, database } = detailOf(plan);
  const detail = { ...detailOf(plan), variables: { ...variables, ...databaseVariables(plan, database) } };
  const { isFirst, since } = await asked.claim();
  const refused = await createOnce({
    application,
    name: taskName(plan),
    description: describeTask(asked, new Date()),
    version: labelOf(asked.id),
    platform,
    settings: taskSettings(detail, stack, secretArns(plan, stack), asked.timeout),
    operationsRole: stack.operationsRole,
    tags: { ...ownerTags(plan), [TASK]: asked.id },
  }).catch(refusalOf);
  const shown = environmentOf(await listTaskEnvironments(plan), asked.id);
  if (shown) return { outcome: 'started', handle: asked.id };
  // While an earlier call may still launch it, nobody can say that nobody does.
  return refused && (isFirst || Date.now() > since.getTime() + ON_ITS_WAY)
    ? refused
    : until('its environment to be seen', since);
}

/** What passes is no reason for the call to be made again at once: the claim says that it may have been carried out. */
function refusalOf(error: unknown): Failed | undefined {
  const trouble = troubleOf(error);
  if (!trouble) throw error;
  return 'passes' in trouble ? undefined : trouble;
}

const until = (awaits: string, since = new Date()): Parked =>
  parked(awaits, new Date(since.getTime() + PATIENCE), new Date(Date.now() + SOON));

/** Ends the environment under the command. That it was ended by us is noted before: the instance itself can say no more. */
async function stop(plan: Plan, handle: string): Promise<void> {
  const told = await toldOf(plan, handle);
  if (told && told.exitCode === undefined && !told.isStopped) await tellStopped(plan, handle);
  const environment = environmentOf(await listTaskEnvironments(plan), handle);
  if (environment) await endEnvironment(environment);
}
