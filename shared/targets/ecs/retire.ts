import { deregisterTaskDefinition, listRevisions, updateService } from '../../aws/ecs.ts';
import { type Done, done, type Failed, failed } from '../../outcome.ts';
import type { Lease, Plan } from '../target.ts';
import { COLOURS, familyOf } from './names.ts';
import { ELSEWHERE, weightsOf } from './pointer.ts';
import { stopScaling } from './scaling.ts';
import { seePointer } from './seen.ts';
import { counting } from './service.ts';
import { type Colours, seeServices } from './services.ts';
import { type Stack, stackOf } from './stack.ts';

/**
 * Deregisters the task definitions of releases that are no longer kept, and stops
 * their tasks, should the idle colour still have some. Nothing is removed when one
 * of them gets traffic at this moment, or when a newer deployment is at work.
 */
export async function retire(plan: Plan, releases: string[], lease: Lease): Promise<Done | Failed> {
  if (releases.length === 0) return done({ removedReleases: 0 });
  const stack = stackOf(plan);
  const colours = await seeServices(plan, stack);
  const standing = COLOURS.map((colour) => colours[colour]).filter((one) => releases.includes(one?.release ?? ''));
  // What no service runs, nobody gets.
  const trouble = standing.length > 0 ? await hindrance(stack, colours, releases, lease) : undefined;
  if (trouble) return trouble;

  for (const idle of standing) {
    if (!idle || idle.desired === 0) continue;
    await stopScaling(plan, idle.colour);
    await updateService(counting(plan, stack, idle.colour, 0));
  }
  let revisions = 0;
  for (const release of releases) {
    for (const arn of await listRevisions(familyOf(plan, release))) {
      await deregisterTaskDefinition(arn);
      revisions += 1;
    }
  }
  return done({ removedReleases: releases.length, removedRevisions: revisions });
}

async function hindrance(
  stack: Stack,
  colours: Colours,
  releases: string[],
  lease: Lease,
): Promise<Failed | undefined> {
  const { pointer } = await seePointer(stack, colours);
  if (pointer.fence > lease.fence) return failed('FENCED', 'a newer deployment holds the pointer');
  const weights = weightsOf(pointer);
  const serving = releases.filter((release) => release in weights);
  if (serving.length > 0) return failed('RELEASE_LIVE', `${serving.join(', ')} gets traffic and cannot be removed`);
  return pointer.live?.release === ELSEWHERE
    ? failed('POINTER_MOVED', 'somebody sends the traffic elsewhere: nothing is removed')
    : undefined;
}
