import { createService, stoppedTasks, tagService, updateService } from '../../aws/ecs.ts';
import { setHealthCheck, targetStates } from '../../aws/load-balancers.ts';
import { done, type Failed, failed, type Outcome, parked } from '../../outcome.ts';
import { bearingTags, isChecked } from '../balanced/bearing.ts';
import type { Colour } from '../balanced/colours.ts';
import { liveOf } from '../balanced/pointer.ts';
import { idleColour, seePointer } from '../balanced/seen.ts';
import { turnOf } from '../balanced/turn.ts';
import { isWorthAsking } from '../balanced/well.ts';
import type { Lease, Live, Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { fleet } from './fleet.ts';
import { logTail } from './log-tail.ts';
import { serviceName } from './names.ts';
import { startScaling, stopScaling } from './scaling.ts';
import { counting, creating, updating } from './service.ts';
import type { Colouring } from './services.ts';
import { type Stack, stackOf } from './stack.ts';
import { ensureTaskDefinition } from './task-definition.ts';
import { troubleIn } from './trouble.ts';
import { isSuspicious, wellness } from './well.ts';

const SECONDS = 1_000;
/** ECS tells of most changes by an event; between them it is looked at so often. */
const LOOK_AGAIN = 15 * SECONDS;
/** What has not come up by then, after the time that the health check gives it, will not. */
const PATIENCE = 20 * 60 * SECONDS;

/**
 * Brings the idle colour up with the release, as many tasks as the live one has,
 * and parks until all of them are well. Goes on where it was cut off. The live
 * colour is read and never changed.
 */
export async function prepare(plan: Plan, live: Live, lease: Lease): Promise<Outcome> {
  if (live.release === plan.release) return done({ note: 'it serves already' });
  const stack = stackOf(plan);
  const colours = await fleet.see(plan);
  const turn = turnOf(plan, live, colours, fleet.limits(plan), lease);
  if ('outcome' in turn) return turn;
  switch (turn.turn) {
    case 'watch':
      return (await isOutdated(plan, turn.standing))
        ? bringUp(plan, stack, turn.standing, turn.standing.colour, turn.wanted, lease)
        : watch(plan, stack, turn.standing, turn.wanted);
    case 'live is gone':
      return liveIsGone(plan, turn.colour);
    case 'bring up':
      return bringUp(plan, stack, colours[turn.idle], turn.idle, turn.wanted, lease);
  }
}

/** Whether it was brought up for another database: one that goes offline and comes back may have got one meanwhile. */
const isOutdated = async (plan: Plan, { definition }: Colouring): Promise<boolean> =>
  detailOf(plan).database !== undefined && (await ensureTaskDefinition(plan)) !== definition;

const liveIsGone = (plan: Plan, colour: Colour): Failed =>
  failed(
    'LIVE_SERVICE_GONE',
    `${serviceName(plan, colour)}, which has the traffic, was deleted: take the pilot offline, then deploy`,
  );

async function bringUp(
  plan: Plan,
  stack: Stack,
  standing: Colouring | undefined,
  idle: Colour,
  wanted: number,
  lease: Lease,
): Promise<Outcome> {
  if (standing?.isGoing) return park('its deleted service to be gone', plan, new Date());
  const definition = await ensureTaskDefinition(plan);
  if (!(await lease.holds())) return failed('FENCED', 'a newer deployment holds the lock');
  await bear(plan, stack, idle, standing);
  if (!standing) {
    const made = await createService(creating(plan, stack, idle, definition, wanted, lease.deployment));
    if (made === 'exists') return park('its deleted service to be gone', plan, new Date());
  } else {
    // Scaling that is left from the release before would take away what is brought up.
    if (standing.desired > 0) await stopScaling(plan, idle);
    await updateService(updating(plan, stack, idle, definition, wanted));
  }
  return park(tasksOf(0, wanted), plan, new Date());
}

/** What a colour is asked and how large it may be comes with its release: what serves goes on being asked as it was. */
async function bear(plan: Plan, { groups }: Stack, idle: Colour, standing: Colouring | undefined): Promise<void> {
  const { health, scaling } = detailOf(plan);
  const { arn, tags = {} } = standing ?? {};
  const wanted = bearingTags(health, scaling);
  if (!isChecked(tags, health)) await setHealthCheck(groups[idle], health);
  if (arn && Object.entries(wanted).some(([key, value]) => tags[key] !== value)) await tagService(arn, wanted);
}

async function watch(plan: Plan, stack: Stack, standing: Colouring, wanted: number): Promise<Outcome> {
  const { colour, definition, rollout } = standing;
  if (standing.desired < wanted) {
    // The live colour has grown meanwhile.
    await updateService(counting(plan, stack, colour, wanted));
    return park(tasksOf(standing.running, wanted), plan, rollout.since);
  }
  const targets = isWorthAsking(standing) ? await targetStates(stack.groups[colour]) : undefined;
  const found = wellness(standing, targets);
  if (found.well) {
    await startScaling(plan, colour, standing.desired);
    return done({ tasks: standing.desired, revision: definition.split('/').at(-1) ?? '' });
  }
  return (await hopeless(plan, stack, standing)) ?? park(`its tasks: ${found.progress}`, plan, rollout.since);
}

const tasksOf = (running: number, wanted: number) => `its tasks: ${running} of ${wanted} run`;

/** Where it will never become well: stops its tasks, which would be started again and again, and says why. */
async function hopeless(plan: Plan, stack: Stack, standing: Colouring): Promise<Failed | undefined> {
  if (!isSuspicious(standing)) return undefined;
  const { name, colour } = standing;
  const [stopped, targets] = await Promise.all([stoppedTasks(stack.cluster, name), targetStates(stack.groups[colour])]);
  const trouble = troubleIn(standing, stopped, targets, detailOf(plan));
  if (!trouble) return undefined;
  const tail = trouble.task ? await logTail(plan, trouble.task) : [];
  const pointer = await seePointer(plan, { [colour]: standing });
  const isIdle = idleColour(liveOf(pointer), { [colour]: standing }, plan.release) === colour;
  if (isIdle) await updateService(counting(plan, stack, colour, 0));
  const log = tail.length > 0 ? `; its log ends: ${tail.join(' | ')}` : '';
  return failed(trouble.code, `${trouble.reason}${log}`);
}

/** @param since when the tasks began to be started. */
function park(progress: string, plan: Plan, since: Date): Outcome {
  const { grace } = detailOf(plan).health;
  const deadline = new Date(since.getTime() + PATIENCE + grace * SECONDS);
  return parked(progress, deadline, new Date(Date.now() + LOOK_AGAIN));
}
