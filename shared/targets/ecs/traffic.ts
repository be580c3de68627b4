import { setTimeout as pause } from 'node:timers/promises';
import { createRule, deleteRule, modifyRule, targetStates, writeTag } from '../../aws/load-balancers.ts';
import { done, type Failed, failed } from '../../outcome.ts';
import { type Move, shiftMove } from '../moves.ts';
import type { Lease, Live, Plan, RolledBack, Shifted } from '../target.ts';
import { detailOf } from './detail.ts';
import { isSame, rollbackMove } from './moves.ts';
import { type Colour, serviceName } from './names.ts';
import { type Arm, FENCE_TAG, liveOf, type Pointer, PRIORITY, ruleOf, weightsOf } from './pointer.ts';
import { holdScaling } from './scaling.ts';
import { colourOf, type Seen, see, seePointer } from './seen.ts';

/** Who gets a service's traffic. */
export const live = async (plan: Plan): Promise<Live> => liveOf((await see(plan)).pointer);

export async function shift(plan: Plan, before: Live, weight: number, lease: Lease): Promise<Shifted | Failed> {
  const decide = (seen: Seen): Move<Pointer> => {
    const colour = colourOf(plan.release, seen.pointer, seen.colours);
    // Who holds the pointer, and whether it moved, tells more than that the release is not there any more.
    const arm = { colour: colour ?? ('blue' as const), release: plan.release };
    const move = shiftMove(seen.pointer, arm, before, weight, lease);
    if (colour || move === 'held' || !('write' in move)) return move;
    return failed('RELEASE_INCOMPLETE', `no service runs release ${plan.release}`);
  };
  const moved = await move(plan, decide, isAble, lease);
  if (moved === 'held' || moved === 'lost') return failed('FENCED', 'a newer deployment holds the pointer');
  return 'outcome' in moved ? moved : done({ weight: weightsOf(moved.now)[plan.release] ?? 0 });
}

export async function rollback(plan: Plan, before: Live, lease: Lease): Promise<RolledBack | Failed> {
  const decide = ({ pointer }: Seen) => rollbackMove(pointer, plan.release, before, lease);
  const moved = await move(plan, decide, isBetter, lease);
  if (moved === 'lost') throw new Error('the lock was lost while the traffic was given back');
  if (moved === 'held') return done({ rolledBack: false });
  return 'outcome' in moved ? moved : done({ rolledBack: true, serving: moved.now.live?.release ?? 'nothing' });
}

/** No traffic for a colour of which fewer targets are healthy than tasks should run. */
async function isAble(plan: Plan, wanted: Pointer, { pointer, colours, stack }: Seen): Promise<Failed | undefined> {
  const colour = wanted.next?.colour ?? wanted.live?.colour;
  const desired = colours[colour as Colour]?.desired ?? 0;
  const healthy = await healthyIn(stack.groups[colour as Colour]);
  if (desired > 0 && healthy >= desired) {
    await keepOther(plan, colour, { pointer, colours });
    return undefined;
  }
  const name = serviceName(plan, colour as Colour);
  return failed('NOT_HEALTHY', `${name} has ${healthy} healthy targets, and should have ${desired || 'at least 1'}`);
}

/** What loses its traffic must not shrink for it: it may get it back within a second. */
async function keepOther(
  plan: Plan,
  colour: Arm['colour'] | undefined,
  { pointer, colours }: Pick<Seen, 'pointer' | 'colours'>,
) {
  const from = pointer.live?.colour;
  if (!from || from === 'neither' || from === colour || pointer.next) return;
  const { desired = 0 } = colours[from] ?? {};
  if (desired > detailOf(plan).scaling.min) await holdScaling(plan, from, desired);
}

/** Gives nothing back to a colour that cannot answer, while the other one can. */
async function isBetter(plan: Plan, wanted: Pointer, { pointer, colours, stack }: Seen): Promise<Failed | undefined> {
  const to = wanted.live?.colour;
  const from = pointer.next?.colour ?? pointer.live?.colour;
  if (!to || to === 'neither' || !from || from === 'neither' || to === from) return undefined;
  const name = serviceName(plan, to);
  if (colours[to]?.release !== wanted.live?.release)
    return failed('POINTER_UNKNOWN', `${name} does not run ${wanted.live?.release} any more`);
  if ((await healthyIn(stack.groups[to])) > 0 || (await healthyIn(stack.groups[from])) === 0) return undefined;
  return failed('NOT_HEALTHY', `${name} has no healthy target to give the traffic back to`);
}

const healthyIn = async (group: string): Promise<number> =>
  (await targetStates(group)).filter(({ state }) => state === 'healthy').length;

/** Nobody but deployments of this very pilot changes its rule; but a read may be an old answer. */
const TRIES = 3;
const PAUSE_MS = 250;

/**
 * Reads the pointer, decides, writes it, reads it back. A load balancer knows no
 * condition for a write: the lock, asked right before, is what keeps others out.
 * @param hindered what speaks against writing it.
 * @returns what it says now; `lost` when the lock is somebody else's by now.
 */
async function move(
  plan: Plan,
  decide: (seen: Seen) => Move<Pointer>,
  hindered: (plan: Plan, wanted: Pointer, seen: Seen) => Promise<Failed | undefined>,
  lease: Lease,
): Promise<{ now: Pointer } | 'held' | 'lost' | Failed> {
  let unanswered: unknown;
  for (let tried = 1; tried <= TRIES; tried += 1) {
    if (tried > 1) await pause(PAUSE_MS);
    const seen = await see(plan);
    const decided = decide(seen);
    if (decided === 'held') return decided;
    if ('leave' in decided) return { now: decided.leave };
    if ('outcome' in decided) {
      if (tried < TRIES) continue;
      return decided;
    }
    const wanted = decided.write;
    const hindrance = await hindered(plan, wanted, seen);
    if (hindrance) return hindrance;

    if (!(await lease.mayMove(weightsOf(wanted)))) return 'lost';
    try {
      if (!(await write(wanted, seen))) continue;
    } catch (error) {
      // It may have been applied although its answer was lost: what is read back decides.
      unanswered = error;
    }
    const now = (await seePointer(seen.stack, seen.colours)).pointer;
    if (isSame(now, wanted)) return { now };
  }
  throw (
    unanswered ?? new Error(`the live rule of ${plan.pilot} could not be moved in ${TRIES} tries: others changed it`)
  );
}

/** @returns false when the rule came or went since it was read. */
async function write(wanted: Pointer, { stack, rule }: Seen): Promise<boolean> {
  const content = ruleOf(wanted, stack.groups);
  if (content) return rule ? modifyRule(rule.arn, content) : createRule(stack.listener, PRIORITY, content);
  // The fence first: a late worker that finds no rule shall find who took it away.
  await writeTag(stack.listener, FENCE_TAG, String(wanted.fence));
  if (rule) await deleteRule(rule.arn);
  return true;
}
