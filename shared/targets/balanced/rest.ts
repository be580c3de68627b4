import { type Done, done, type Failed, failed, type Parked, parked } from '../../outcome.ts';
import { DRAIN_SECONDS } from '../../preview/targets/server.ts';
import type { Lease, Live, Plan } from '../target.ts';
import { COLOURS } from './colours.ts';
import type { Fleet, Standing } from './fleet.ts';
import { weightsOf } from './pointer.ts';
import { type Seen, see } from './seen.ts';

const LATE_SECONDS = 3600;

const after = (since: Date, seconds: number): Date => new Date(since.getTime() + seconds * 1000);

/**
 * Takes the colour down that served before, once its last requests
 * have ended; the bake is the time for which it stood ready. Only while it gets
 * nothing, runs just that release, and the lock is still held: the next
 * deployment would bring its own release up there.
 */
export async function rest<One extends Standing>(
  fleet: Fleet<One>,
  plan: Plan,
  before: Live,
  since: Date,
  lease: Lease,
): Promise<Done | Parked | Failed> {
  const seen = await see(fleet, plan);
  const { pointer, colours } = seen;
  if (pointer.fence > lease.fence) return failed('FENCED', 'a newer deployment holds the pointer');
  if (pointer.next || pointer.live?.colour === 'neither')
    return failed('POINTER_MOVED', 'the traffic is not with one colour: nothing is taken down');
  const releases = [before.release, plan.release];
  const idle = COLOURS.map((colour) => colours[colour]).filter(
    (one) => one && one.colour !== pointer.live?.colour && !one.isGoing && releases.includes(one.release),
  );
  if (idle.length === 0) return done({ note: 'there is nothing to take down' });
  const due = after(since, DRAIN_SECONDS);
  if (Date.now() < due.getTime())
    return parked('the last requests of the old release to end', after(due, LATE_SECONDS), due);

  if (!(await lease.mayMove(weightsOf(pointer)))) return failed('FENCED', 'the lock is somebody else’s by now');
  let stopped = 0;
  for (const one of idle) {
    if (!one) continue;
    await fleet.stop(plan, one);
    stopped += one.desired;
  }
  await relax(fleet, plan, seen, releases);
  return done({ stopped });
}

/** Kept as large as it was while the traffic moved, what serves may now shrink to what it needs. */
async function relax<One extends Standing>(
  fleet: Fleet<One>,
  plan: Plan,
  { pointer: { live }, colours }: Seen<One>,
  ours: (string | undefined)[],
): Promise<void> {
  if (!live || live.colour === 'neither' || !ours.includes(live.release)) return;
  const { desired = 0, limits = fleet.limits(plan) } = colours[live.colour] ?? {};
  if (desired > limits.min) await fleet.relax(plan, live.colour, limits);
}
