import { readAlias } from '../../aws/function-alias.ts';
import { deleteVersion, listVersions } from '../../aws/function-versions.ts';
import { type Done, done, type Failed, failed } from '../../outcome.ts';
import type { Lease, Plan } from '../target.ts';
import { detailOf, POINTER } from './detail.ts';
import { FENCED } from './held.ts';
import { pointerOf, weightsOf } from './pointer.ts';
import { releaseOfVersion, versionsOfReleases } from './versions.ts';

/**
 * Deletes the versions of releases that are no longer kept. Nothing is deleted
 * when one of them gets traffic at this moment, or when a newer deployment is at
 * work; AWS itself deletes no version that an alias names.
 */
export async function retire(plan: Plan, releases: string[], lease: Lease): Promise<Done | Failed> {
  const { function: name } = detailOf(plan);
  const [alias, versions] = await Promise.all([readAlias(name, POINTER), listVersions(name)]);
  const pointer = pointerOf(alias, versions);
  if (pointer.fence > lease.fence) return FENCED;
  const weights = weightsOf(pointer);
  const serving = releases.filter((release) => release in weights);
  if (serving.length > 0) return failed('RELEASE_LIVE', `${serving.join(', ')} gets traffic and cannot be removed`);

  const doomed = versionsOfReleases(versions, releases);
  for (const { version } of doomed) {
    if (!(await deleteVersion(name, version)))
      return failed('RELEASE_LIVE', `${releaseOfVersion(versions, version)} gets traffic again`);
  }
  return done({ removedReleases: releases.length, removedVersions: doomed.length });
}
