import type { Lease, Plan } from '../target.ts';
import { COLOURS } from './colours.ts';
import type { Fleet, Standing, Standings } from './fleet.ts';
import type { Pointer } from './pointer.ts';
import { see } from './seen.ts';

/**
 * What is tidied once the traffic of a release was given back: what serves was kept large while it lost its traffic, and need
 * not be any more; what failed is taken down, where the ill would be replaced for as long as nobody deploys. Its last
 * requests end first: AWS waits for them before it ends who answers them.
 * That either fails costs money and hurts nobody: the next deployment does the same.
 * @param now the pointer, as it was read back.
 */
export async function tidy(fleet: Fleet, plan: Plan, now: Pointer, lease: Lease): Promise<void> {
  if (now.live?.colour === 'neither') return;
  const colours = await fleet.see(plan).catch(() => ({}));
  await Promise.allSettled([relaxServing(fleet, plan, now, colours), stopFailed(fleet, plan, now, colours, lease)]);
}

/**
 * Takes a release down that failed before it got any traffic: who brought it up gave up, and what is ill
 * would be replaced for as long as nobody deploys.
 */
export async function stopIdle<One extends Standing>(fleet: Fleet<One>, plan: Plan, lease: Lease): Promise<void> {
  const { pointer, colours } = await see(fleet, plan);
  if (pointer.fence > lease.fence || pointer.live?.colour === 'neither') return;
  await stopFailed(fleet, plan, pointer, colours, lease);
}

async function relaxServing(fleet: Fleet, plan: Plan, { live }: Pointer, colours: Standings): Promise<void> {
  if (!live || live.colour === 'neither') return;
  const { desired = 0, limits } = colours[live.colour] ?? {};
  if (limits && desired > limits.min) await fleet.relax(plan, live.colour, limits);
}

/** Only what runs just that release and gets nothing. */
async function stopFailed<One extends Standing>(
  fleet: Fleet<One>,
  plan: Plan,
  { live, next }: Pointer,
  colours: Standings<One>,
  lease: Lease,
): Promise<void> {
  for (const colour of COLOURS) {
    const one = colours[colour];
    if (!one || one.release !== plan.release || one.isGoing) continue;
    if (colour === live?.colour || colour === next?.colour) continue;
    if (await lease.holds()) await fleet.stop(plan, one);
  }
}
