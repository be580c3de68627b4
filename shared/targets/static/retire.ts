import { setting } from '../../aws/config.ts';
import { deleteObjects, listObjects } from '../../aws/objects.ts';
import { type Done, done, type Failed, failed } from '../../outcome.ts';
import type { Lease, Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { listKey, releasePrefix } from './layout.ts';
import { live } from './traffic.ts';

/**
 * Removes the files of releases that are no longer kept. Nothing is removed
 * when one of them gets traffic at this moment, or when a newer deployment is
 * at work. The shared area stays as it is.
 */
export async function retire(plan: Plan, releases: string[], lease: Lease): Promise<Done | Failed> {
  const { weights, fence } = await live(plan);
  if (fence > lease.fence) return failed('FENCED', 'a newer deployment holds the pointer');
  const serving = releases.filter((release) => release in weights);
  if (serving.length > 0) return failed('RELEASE_LIVE', `${serving.join(', ')} gets traffic and cannot be removed`);

  const { site } = detailOf(plan);
  const bucket = setting('SITE_BUCKET');
  // Without its list a release counts as incomplete, so half a removal is never taken for a release.
  await deleteObjects(
    bucket,
    releases.map((release) => listKey(site, release)),
  );
  let files = 0;
  for (const release of releases) {
    // It takes its time; somebody may have gone back to one of them since.
    if (release in (await live(plan)).weights) return failed('RELEASE_LIVE', `${release} gets traffic again`);
    const prefix = releasePrefix(site, release);
    const paths = [...(await listObjects(bucket, prefix)).keys()];
    await deleteObjects(
      bucket,
      paths.map((path) => prefix + path),
    );
    files += paths.length;
  }
  return done({ removedReleases: releases.length, removedFiles: files });
}
