import { deleteVersions, findVersions } from '../../aws/launch-templates.ts';
import { type Done, done, type Failed } from '../../outcome.ts';
import { COLOURS } from '../balanced/colours.ts';
import { stillServing } from '../balanced/serving.ts';
import type { Lease, Plan } from '../target.ts';
import { removeArtifacts } from './artifact-copy.ts';
import { fleet } from './fleet.ts';
import { stackOf } from './stack.ts';
import { releaseIn } from './template-version.ts';

/**
 * Removes the launch template versions and the artifacts of releases that are no longer kept, and ends their
 * instances, should the idle colour still have some. Nothing is removed when one of them gets traffic at this
 * moment, or when a newer deployment is at work.
 */
export async function retire(plan: Plan, releases: string[], lease: Lease): Promise<Done | Failed> {
  if (releases.length === 0) return done({ removedReleases: 0 });
  const stack = stackOf(plan);
  const colours = await fleet.see(plan);
  const standing = COLOURS.map((colour) => colours[colour]).filter((one) => releases.includes(one?.release ?? ''));
  // What no group runs, nobody gets.
  const trouble = standing.length > 0 ? await stillServing(plan, colours, releases, lease) : undefined;
  if (trouble) return trouble;

  for (const idle of standing) if (idle) await fleet.stop(plan, idle);
  const versions = (await findVersions(stack.template)).filter(({ description }) =>
    releases.includes(releaseIn(description) ?? ''),
  );
  await deleteVersions(
    stack.template,
    versions.map(({ number }) => number),
  );
  for (const release of releases) await removeArtifacts(plan, stack, release);
  return done({ removedReleases: releases.length, removedVersions: versions.length });
}
