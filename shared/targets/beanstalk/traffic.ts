import { setTimeout as sleep } from 'node:timers/promises';
import { sizeGroup } from '../../aws/auto-scaling.ts';
import type { Environment } from '../../aws/beanstalk.ts';
import { done, type Failed, failed } from '../../outcome.ts';
import { type Move, offlineMove, rollbackMove, shiftMove } from '../moves.ts';
import type { Growing, Lease, Plan, Target } from '../target.ts';
import { detailOf } from './detail.ts';
import { growthOf } from './growth.ts';
import { FENCED } from './held.ts';
import { isUnderWay, PROMPT_MS, SWAP_MS } from './mark.ts';
import { standbyName } from './names.ts';
import { type Arm, liveOf, type Pointer, weightsOf } from './pointer.ts';
import { runsRelease, type Seen, see } from './seen.ts';
import { announce, retract, swap } from './swap.ts';
import { wellnessOf } from './well.ts';

/** How a rollback waits: it cannot be parked. Milliseconds. */
export type Pause = (milliseconds: number) => Promise<unknown>;

/** How the traffic of a pair of environments is read, moved and given back. @param pause for tests alone. */
export const trafficWith = (pause: Pause = sleep): Pick<Target, 'live' | 'shift' | 'rollback' | 'offline'> => ({
  live: async (plan) => liveOf((await see(plan)).pointer),

  async shift(plan, before, weight, lease) {
    const decide = (seen: Seen): Move<Pointer> => {
      const found = runsRelease(seen, plan.release);
      // Who holds the pointer, and whether it moved, tells more than that the release is not there any more.
      const arm = { release: plan.release, environment: found?.id ?? '' };
      const decided = shiftMove(seen.pointer, arm, before, weight, lease);
      if (decided === 'held' || !('write' in decided)) return decided;
      if (decided.write.next)
        return failed('ALL_AT_ONCE', 'Elastic Beanstalk swaps an address: a release gets all of the traffic or none');
      return found ? decided : failed('RELEASE_INCOMPLETE', `no environment runs release ${plan.release}`);
    };
    const moved = await move(plan, decide, isAble, lease);
    if (moved === 'held' || moved === 'lost') return FENCED;
    if ('passes' in moved) return growing(moved.passes);
    return 'outcome' in moved ? moved : done({ weight: weightsOf(moved.now)[plan.release] ?? 0 });
  },

  async rollback(plan, before, lease) {
    const { release, pointer: environment } = before;
    const was: Arm | undefined =
      release !== undefined && environment !== undefined ? { release, environment } : undefined;
    const decide = ({ pointer }: Seen) => rollbackMove(pointer, plan.release, before, was, lease);
    const began = Date.now();
    for (let paused = 0; ; paused += PAUSE_MS) {
      const moved = await move(plan, decide, isBetter, lease);
      if (moved === 'lost') throw new Error('the lock was lost while the traffic was given back');
      if (moved === 'held') return done({ rolledBack: false });
      if ('passes' in moved) {
        // What takes long itself counts as well.
        if (Math.max(paused, Date.now() - began) >= LONGEST_MS)
          throw new Error(`the traffic cannot be given back yet: waiting for ${moved.passes}`);
        await pause(PAUSE_MS);
        continue;
      }
      if ('outcome' in moved) return moved;
      // A swap that was asked for before the fence rose may still be on its way.
      if (moved.did === 'fence') await pause(SWAP_MS);
      else return done({ rolledBack: true, serving: moved.now.live?.release ?? 'nothing' });
    }
  },

  // What is shown, the environment that gets the address has in its bundle.
  async offline(plan, before, _page, lease) {
    const moved = await move(
      plan,
      ({ pointer }) => offlineMove(pointer, before, undefined, lease),
      nothingHinders,
      lease,
    );
    if (moved === 'held' || moved === 'lost') return FENCED;
    if ('passes' in moved) return growing(moved.passes);
    return 'outcome' in moved ? moved : done();
  },
});

const growing = (passes: string): Growing => ({
  outcome: 'growing',
  progress: `waiting for ${passes}`,
  ...(passes === SWAPPING && { moving: true }),
});

const PAUSE_MS = 2_000;
/** Of the minute that a function has. */
const LONGEST_MS = 36_000;

/** What a move came to: `fence`, only that number was written. */
type Moved = { now: Pointer; did: 'swap' | 'fence' | 'nothing' } | { passes: string };

/** What speaks against giving an environment the address. */
type Hindered<Hindrance> = (plan: Plan, to: Environment, seen: Seen, lease: Lease) => Promise<Hindrance | undefined>;

/** It answers nothing but 503, which Elastic Beanstalk finds ill. */
const nothingHinders: Hindered<never> = async () => undefined;

/** No traffic for what is not well, nor for what is smaller than the one that it takes over from. */
const isAble: Hindered<Growing | Failed> = async (plan, to, { holder }, lease) => {
  const serving = holder?.name === standbyName(plan) ? undefined : holder;
  const growth = serving && detailOf(plan).balanced ? await growthOf(to, serving) : undefined;
  const found = await wellnessOf(plan, to, growth?.wanted);
  if (found.is === 'broken') return failed('NOT_HEALTHY', found.reason);
  if (growth && growth.desired < growth.wanted) {
    if (!(await lease.holds())) return FENCED;
    await sizeGroup(growth.group, growth.wanted);
    const { desired, wanted } = growth;
    return {
      outcome: 'growing',
      progress: `${to.name} grows from ${desired} to ${wanted} instances before it takes over`,
    };
  }
  return found.is === 'well' ? undefined : { outcome: 'growing', progress: found.progress };
};

/** Gives nothing back to what cannot answer, while the other one can. */
const isBetter: Hindered<Failed> = async (plan, to, { holder }) => {
  if (to.name === standbyName(plan) || to.health !== 'Red' || holder?.health === 'Red') return undefined;
  return failed('NOT_HEALTHY', `${to.name} is ${to.healthStatus}: the traffic is not given back to it`);
};

/**
 * Reads the pointer, decides, swaps, reads it back. A swap knows no condition, and a second one undoes the
 * first: the lock is asked right before; what is about to be done is written down first, and taken back and not done where
 * that took long; while a swap may be on its way, none is begun.
 */
async function move<Hindrance extends { outcome: string }>(
  plan: Plan,
  decide: (seen: Seen) => Move<Pointer>,
  hindered: Hindered<Hindrance>,
  lease: Lease,
): Promise<Moved | 'held' | 'lost' | Hindrance | Failed> {
  const seen = await see(plan);
  const { application, holder, mark } = seen;
  if (mark.fence <= lease.fence && isUnderWay(mark, holder, new Date())) return { passes: SWAPPING };
  const decided = decide(seen);
  if (decided === 'held') return decided;
  if ('leave' in decided) return { now: decided.leave, did: 'nothing' };
  if ('outcome' in decided) return decided;
  const wanted = decided.write;
  const to = receiverOf(plan, wanted, seen);
  if ('outcome' in to) return to;

  if (!application || !holder)
    return failed('POINTER_UNKNOWN', 'no environment has the address that visitors are led to');

  if (to.id === holder.id) {
    if (mark.fence === lease.fence) return { now: wanted, did: 'nothing' };
    if (!(await lease.mayMove(weightsOf(wanted)))) return 'lost';
    const told = await announce(application, lease.fence);
    return 'since' in told ? { now: wanted, did: 'fence' } : told;
  }
  const busy = [holder, to].find(({ status }) => status !== 'Ready');
  if (busy) return { passes: `${busy.name}, which is ${busy.status.toLowerCase()}` };
  const hindrance = await hindered(plan, to, seen, lease);
  if (hindrance) return hindrance;

  if (!(await lease.mayMove(weightsOf(wanted)))) return 'lost';
  const told = await announce(application, lease.fence, to);
  if (!('since' in told)) return told;
  // Somebody may have the lock by now; and what was announced long ago is no longer waited for.
  if (!(await lease.mayMove(weightsOf(wanted)))) return 'lost';
  if (Date.now() > told.since + PROMPT_MS) {
    await retract(application, told);
    return { passes: 'Elastic Beanstalk to answer at once' };
  }
  const refused = await swap(holder, to);
  if (refused) return refused;
  const now = await see(plan);
  if (now.mark.fence > lease.fence) return 'held';
  return now.holder?.id === to.id ? { now: now.pointer, did: 'swap' } : { passes: SWAPPING };
}

const SWAPPING = 'Elastic Beanstalk to swap the addresses';

/** The environment that is to have the address. */
function receiverOf(plan: Plan, { live }: Pointer, { environments, holder }: Seen): Environment | Failed {
  // Nothing is live, and nobody is missing who should be.
  if (!live && !holder) return failed('POINTER_UNKNOWN', 'no environment has the address that visitors are led to');
  const found = environments.find(({ id, name }) => (live ? id === live.environment : name === standbyName(plan)));
  if (found && found.status !== 'Terminating') return found;
  return failed(
    'POINTER_UNKNOWN',
    live
      ? `the environment of ${live.release} is not there any more`
      : `${standbyName(plan)}, which serves while nothing is live, is not there any more`,
  );
}
