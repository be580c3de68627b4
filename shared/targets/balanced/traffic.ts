import { setTimeout as pause } from 'node:timers/promises';
import { createRule, deleteRule, modifyRule, targetStates } from '../../aws/load-balancers.ts';
import { done, type Failed, failed } from '../../outcome.ts';
import { type Move, offlineMove, shiftMove } from '../moves.ts';
import type { Growing, Lease, Plan, Target } from '../target.ts';
import type { Colour } from './colours.ts';
import type { Fleet } from './fleet.ts';
import { tidy } from './given-back.ts';
import { isSame, rollbackMove } from './moves.ts';
import { isMarked, liveOf, type Pointer, priorityUnder, ruleOf, weightsOf } from './pointer.ts';
import { colourOf, type Seen, see, seePointer } from './seen.ts';
import { healthyAmong, strength } from './strength.ts';

/** How the traffic of whatever stands behind a load balancer is read, moved and given back. */
export function trafficOf(fleet: Fleet): Pick<Target, 'live' | 'shift' | 'rollback' | 'offline'> {
  return {
    live: async (plan) => liveOf((await see(fleet, plan)).pointer),

    async shift(plan, before, weight, lease) {
      const decide = (seen: Seen): Move<Pointer> => {
        const colour = colourOf(plan.release, seen.pointer, seen.colours);
        // Who holds the pointer, and whether it moved, tells more than that the release is not there any more.
        const arm = { colour: colour ?? ('blue' as const), release: plan.release };
        const move = shiftMove(seen.pointer, arm, before, weight, lease);
        if (colour || move === 'held' || !('write' in move)) return move;
        return failed('RELEASE_INCOMPLETE', `neither colour runs release ${plan.release}`);
      };
      const moved = await move(fleet, plan, decide, isAble, lease);
      if (moved === 'held' || moved === 'lost') return failed('FENCED', 'a newer deployment holds the pointer');
      return 'outcome' in moved ? moved : done({ weight: weightsOf(moved.now)[plan.release] ?? 0 });
    },

    async rollback(plan, before, lease, keep = false) {
      const decide = ({ pointer }: Seen) => rollbackMove(pointer, plan.release, before, lease);
      const moved = await move(fleet, plan, decide, isBetter, lease);
      if (moved === 'lost') throw new Error('the lock was lost while the traffic was given back');
      if (moved === 'held') return done({ rolledBack: false });
      if ('outcome' in moved) return moved;
      if (!keep) await tidy(fleet, plan, moved.now, lease);
      return done({ rolledBack: true, serving: moved.now.live?.release ?? 'nothing' });
    },

    async offline(plan, before, page, lease) {
      const decide = ({ pointer }: Seen) => offlineMove(pointer, before, page, lease);
      const moved = await move(fleet, plan, decide, nothingHinders, lease);
      if (moved === 'held' || moved === 'lost') return failed('FENCED', 'a newer deployment holds the pointer');
      return 'outcome' in moved ? moved : done();
    },
  };
}

/** What speaks against writing a pointer. */
type Hindered<Hindrance> = (
  fleet: Fleet,
  plan: Plan,
  wanted: Pointer,
  seen: Seen,
  lease: Lease,
) => Promise<Hindrance | undefined>;

/** The page comes from the load balancer itself. */
const nothingHinders: Hindered<never> = async () => undefined;

/** No traffic for a colour before it has as many healthy targets as it should, nor before it is as large as what it takes over from. */
const isAble: Hindered<Growing | Failed> = async (fleet, plan, wanted, seen, lease) => {
  const { colours, balancer, pointer } = seen;
  const colour = (wanted.next?.colour ?? wanted.live?.colour) as Colour;
  const { desired = 0, name = colour } = colours[colour] ?? {};
  const found = strength(desired, await targetStates(balancer.groups[colour]));
  if (found.is === 'ill') return failed('NOT_HEALTHY', `${name} has ${found.told}`);
  const serving = servingBeside(colour, seen);
  const least = Math.min(fleet.limits(plan).max, serving?.desired ?? 0);
  if (desired < least) {
    if (!(await lease.holds())) return failed('FENCED', 'a newer deployment holds the lock');
    await fleet.grow(plan, colour, least);
    return { outcome: 'growing', progress: `${found.told}, and as many as serve now are ${least}` };
  }
  if (found.is === 'growing') return { outcome: 'growing', progress: found.told };
  // What loses its traffic must not shrink for it: it may get it back within a second.
  if (serving && !pointer.next && serving.desired > (serving.limits?.min ?? 0))
    await fleet.hold(plan, serving.colour, serving.desired);
  return undefined;
};

/** The other colour, where it has the traffic. */
function servingBeside(colour: Colour, { pointer, colours }: Seen) {
  const from = pointer.live?.colour;
  return from && from !== 'neither' && from !== colour ? colours[from] : undefined;
}

/** Gives nothing back to a colour that cannot answer, while the other one can. */
const isBetter: Hindered<Failed> = async (_, __, wanted, { pointer, colours, balancer }) => {
  const to = wanted.live?.colour;
  const from = pointer.next?.colour ?? pointer.live?.colour;
  if (!to || to === 'neither' || !from || from === 'neither' || to === from) return undefined;
  const { release, name = to } = colours[to] ?? {};
  if (release !== wanted.live?.release)
    return failed('POINTER_UNKNOWN', `${name} does not run ${wanted.live?.release} any more`);
  if ((await healthyIn(balancer.groups[to])) > 0 || (await healthyIn(balancer.groups[from])) === 0) return undefined;
  return failed('NOT_HEALTHY', `${name} has no healthy target to give the traffic back to`);
};

const healthyIn = async (group: string): Promise<number> => healthyAmong(await targetStates(group));

/** Nobody but deployments of this very pilot changes its rule; but a read may be an old answer. */
const TRIES = 3;
const PAUSE_MS = 250;

/**
 * Reads the pointer, decides, writes it, reads it back. The lock is asked right before it is written;
 * what comes later all the same, the order of the rules keeps from having an effect.
 * @returns what it says now; `lost` when the lock is somebody else's by now.
 */
async function move<Hindrance extends { outcome: string }>(
  fleet: Fleet,
  plan: Plan,
  decide: (seen: Seen) => Move<Pointer>,
  hindered: Hindered<Hindrance>,
  lease: Lease,
): Promise<{ now: Pointer } | 'held' | 'lost' | Hindrance | Failed> {
  let unanswered: unknown;
  for (let tried = 1; tried <= TRIES; tried += 1) {
    if (tried > 1) await pause(PAUSE_MS);
    const seen = await see(fleet, plan);
    const decided = decide(seen);
    if (decided === 'held') return decided;
    if ('leave' in decided) return { now: decided.leave };
    if ('outcome' in decided) {
      if (tried < TRIES) continue;
      return decided;
    }
    const wanted = decided.write;
    const hindrance = await hindered(fleet, plan, wanted, seen, lease);
    if (hindrance) return hindrance;

    if (!(await lease.mayMove(weightsOf(wanted)))) return 'lost';
    try {
      if (!(await write(wanted, seen))) continue;
    } catch (error) {
      // It may have been applied although its answer was lost: what is read back decides.
      unanswered = error;
    }
    const now = await seePointer(plan, seen.colours);
    if (isSame(now, wanted)) return { now };
  }
  throw (
    unanswered ?? new Error(`the live rule of ${plan.pilot} could not be moved in ${TRIES} tries: others changed it`)
  );
}

/**
 * Writes the rule of this fence, and takes those of earlier ones away, which no request meets from then on.
 * @returns false when the rule came or went since it was read.
 */
export async function write(wanted: Pointer, { balancer, rules }: Pick<Seen, 'balancer' | 'rules'>): Promise<boolean> {
  const content = ruleOf(wanted, balancer.groups);
  const priority = priorityUnder(wanted.fence);
  const ours = rules.filter(isMarked);
  const own = ours.find((rule) => rule.priority === priority);
  const isWritten = await (own ? modifyRule(own.arn, content) : createRule(balancer.listener, priority, content));
  if (isWritten) for (const { arn } of ours.filter((rule) => rule !== own)) await deleteRule(arn);
  return isWritten;
}
