import { deregisterTaskDefinition, listRevisions } from '../../aws/ecs.ts';
import { type Done, done, type Failed } from '../../outcome.ts';
import { COLOURS } from '../balanced/colours.ts';
import { stillServing } from '../balanced/serving.ts';
import type { Lease, Plan } from '../target.ts';
import { removeSettings } from './configuration.ts';
import { fleet } from './fleet.ts';
import { familyOf } from './names.ts';
import { stackOf } from './stack.ts';

/**
 * Deregisters the task definitions of releases that are no longer kept, removes their settings, and stops
 * their tasks, should the idle colour still have some. Nothing is removed when one
 * of them gets traffic at this moment, or when a newer deployment is at work.
 */
export async function retire(plan: Plan, releases: string[], lease: Lease): Promise<Done | Failed> {
  if (releases.length === 0) return done({ removedReleases: 0 });
  const colours = await fleet.see(plan);
  const standing = COLOURS.map((colour) => colours[colour]).filter((one) => releases.includes(one?.release ?? ''));
  // What no service runs, nobody gets.
  const trouble = standing.length > 0 ? await stillServing(plan, colours, releases, lease) : undefined;
  if (trouble) return trouble;

  for (const idle of standing) {
    if (!idle || idle.desired === 0) continue;
    await fleet.stop(plan, idle);
  }
  let revisions = 0;
  for (const release of releases) {
    for (const arn of await listRevisions(familyOf(plan, release))) {
      await deregisterTaskDefinition(arn);
      revisions += 1;
    }
  }
  const left = await removeSettings(stackOf(plan), releases);
  if (left) return left;
  return done({ removedReleases: releases.length, removedRevisions: revisions });
}
