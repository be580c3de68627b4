import type { Activity } from '@aws-sdk/client-auto-scaling';
import { createGroup, groupActivities, putHook, tagGroup, updateGroup } from '../../aws/auto-scaling.ts';
import { setHealthCheck, targetStates } from '../../aws/load-balancers.ts';
import { done, type Failed, failed, type Outcome, parked } from '../../outcome.ts';
import { bearingTags, isChecked } from '../balanced/bearing.ts';
import type { Colour } from '../balanced/colours.ts';
import { liveOf } from '../balanced/pointer.ts';
import { idleColour, seePointer } from '../balanced/seen.ts';
import { turnOf } from '../balanced/turn.ts';
import { isWorthAsking } from '../balanced/well.ts';
import type { Lease, Live, Plan } from '../target.ts';
import { keepArtifact } from './artifact-copy.ts';
import { detailOf } from './detail.ts';
import { fleet } from './fleet.ts';
import { creating, hookOf, mixOf, signalWithin, sized, updating } from './group.ts';
import { BEGUN, type Begun, beginning, type Colouring } from './groups.ts';
import { toldBy } from './install-log.ts';
import { groupName } from './names.ts';
import { startScaling } from './scaling.ts';
import { type Stack, stackOf } from './stack.ts';
import { ensureVersion } from './template-version.ts';
import { isSpotMissing, troubleIn } from './trouble.ts';
import { wellness } from './well.ts';

const SECONDS = 1_000;
/** AWS tells of instances that come and go by an event; between them it is looked at so often. */
const LOOK_AGAIN = 15 * SECONDS;
/** For AWS to start an instance and to give another one up, besides the time that each has to be installed. */
const PATIENCE = 15 * 60 * SECONDS;
/** AWS and this machine may not agree on the time to the second. */
const APART = 5 * SECONDS;

/**
 * Brings the idle colour up with the release, as many instances as the live one has, and parks until all of
 * them are well. Goes on where it was cut off. The live colour is read and never changed.
 */
export async function prepare(plan: Plan, live: Live, lease: Lease): Promise<Outcome> {
  if (live.release === plan.release) return done({ note: 'it serves already' });
  const stack = stackOf(plan);
  const colours = await fleet.see(plan);
  const turn = turnOf(plan, live, colours, fleet.limits(plan), lease);
  if ('outcome' in turn) return turn;
  switch (turn.turn) {
    case 'watch':
      return (await isOutdated(plan, stack, turn.standing, lease))
        ? bringUp(plan, stack, turn.standing, turn.standing.colour, turn.wanted, lease)
        : watch(plan, stack, turn.standing, turn.wanted, lease);
    case 'live is gone':
      return liveIsGone(plan, turn.colour);
    case 'bring up':
      return bringUp(plan, stack, colours[turn.idle], turn.idle, turn.wanted, lease);
  }
}

/** Whether it was brought up for another database: one that goes offline and comes back may have got one meanwhile. */
const isOutdated = async (plan: Plan, stack: Stack, { colour, version }: Colouring, lease: Lease): Promise<boolean> =>
  detailOf(plan).database !== undefined && (await ensureVersion(plan, stack, colour, lease)) !== version;

const FENCED = failed('FENCED', 'a newer deployment holds the lock');

const liveIsGone = (plan: Plan, colour: Colour): Failed =>
  failed(
    'LIVE_GROUP_GONE',
    `${groupName(plan, colour)}, which has the traffic, was deleted: take the pilot offline, then deploy`,
  );

async function bringUp(
  plan: Plan,
  stack: Stack,
  standing: Colouring | undefined,
  idle: Colour,
  wanted: number,
  lease: Lease,
): Promise<Outcome> {
  const now = new Date();
  if (standing?.isGoing) return park('its deleted group to be gone', plan, now);
  if (!(await lease.holds())) return FENCED;
  // What was started of another release would stay as it is in a group that is only given a new version.
  if (standing && (standing.desired > 0 || standing.staying > 0)) {
    await fleet.stop(plan, standing);
    return park('the instances of the release before to be gone', plan, now);
  }
  const trouble = await keepArtifact(plan, stack);
  if (trouble) return trouble;
  const version = await ensureVersion(plan, stack, idle, lease);
  const begun: Begun = { deployment: lease.deployment, at: now };
  if (!(await lease.holds())) return FENCED;
  await bear(plan, stack, idle, standing);
  if (!standing) {
    const made = await createGroup(creating(plan, stack, idle, version, wanted, begun));
    if (made === 'exists') return park('its deleted group to be gone', plan, now);
  } else {
    await putHook(standing.name, hookOf(plan));
    await tagGroup(standing.name, BEGUN, beginning(begun));
    await updateGroup(updating(plan, stack, idle, version, wanted));
  }
  return park(instancesOf(0, wanted), plan, now);
}

/** What a colour is asked and how large it may be comes with its release: what serves goes on being asked as it was. */
async function bear(plan: Plan, { groups }: Stack, idle: Colour, standing: Colouring | undefined): Promise<void> {
  const { health, scaling } = detailOf(plan);
  const { name, tags = {} } = standing ?? {};
  if (!isChecked(tags, health)) await setHealthCheck(groups[idle], health);
  for (const [key, value] of Object.entries(bearingTags(health, scaling)))
    if (name && tags[key] !== value) await tagGroup(name, key, value);
}

async function watch(plan: Plan, stack: Stack, standing: Colouring, wanted: number, lease: Lease): Promise<Outcome> {
  const { colour, name } = standing;
  const since = await sinceWhen(standing, lease);
  if (standing.desired < wanted) {
    // The live colour has grown meanwhile.
    await updateGroup(sized(plan, colour, wanted));
    return park(instancesOf(standing.running, wanted), plan, since);
  }
  const targets = isWorthAsking(standing) ? await targetStates(stack.groups[colour]) : undefined;
  const found = wellness(standing, targets);
  if (found.well) {
    await startScaling(plan, colour);
    const isWithoutSpot = standing.allOnDemand && detailOf(plan).capacity.spot > 0;
    return done({
      instances: standing.desired,
      version: standing.version,
      ...(isWithoutSpot && { note: 'AWS had no spot capacity: all of them are on demand' }),
    });
  }
  const activities = (await groupActivities(name)).filter(
    ({ StartTime }) => (StartTime?.getTime() ?? 0) >= since.getTime() - APART,
  );
  if (isSpotMissing(activities) && !standing.allOnDemand) {
    await updateGroup({ AutoScalingGroupName: name, MixedInstancesPolicy: mixOf(plan, stack, standing.version, true) });
    return park('its instances on demand: AWS has no spot capacity now', plan, since);
  }
  return (
    (await hopeless(plan, stack, standing, activities, lease)) ?? park(`its instances: ${found.progress}`, plan, since)
  );
}

/** When this deployment began with the group; one that stood there before begins its time anew. */
async function sinceWhen({ name, begun }: Colouring, { deployment }: Lease): Promise<Date> {
  if (begun?.deployment === deployment) return begun.at;
  const at = new Date();
  await tagGroup(name, BEGUN, beginning({ deployment, at }));
  return at;
}

const instancesOf = (running: number, wanted: number) => `its instances: ${running} of ${wanted} in service`;

/** Where it will never become well: ends its instances, which would be started again and again, and says why. */
async function hopeless(
  plan: Plan,
  stack: Stack,
  standing: Colouring,
  activities: Activity[],
  lease: Lease,
): Promise<Failed | undefined> {
  const { colour } = standing;
  const targets = await targetStates(stack.groups[colour]);
  const sinceOnDemand = standing.allOnDemand ? activities.filter((one) => !isSpotMissing([one])) : activities;
  const trouble = troubleIn(sinceOnDemand, targets, detailOf(plan));
  if (!trouble) return undefined;
  const { code, reason } = await toldBy(plan, trouble);
  const pointer = await seePointer(plan, { [colour]: standing });
  const isIdle = idleColour(liveOf(pointer), { [colour]: standing }, plan.release) === colour;
  if (isIdle && (await lease.holds())) await fleet.stop(plan, standing);
  return failed(code, reason);
}

/** @param since when the instances began to be started. */
function park(progress: string, plan: Plan, since: Date): Outcome {
  const deadline = new Date(since.getTime() + PATIENCE + signalWithin(plan) * SECONDS);
  return parked(progress, deadline, new Date(Date.now() + LOOK_AGAIN));
}
