import { copyPinned } from '../../aws/object-copies.ts';
import { deleteObjects, headObject, listObjects } from '../../aws/objects.ts';
import { type Failed, failed } from '../../outcome.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { releaseFolder, releaseKey } from './names.ts';
import type { Stack } from './stack.ts';

/**
 * Keeps the artifact for as long as the release: an instance that is started in half a year fetches it, when what
 * was uploaded may be long gone.
 */
export async function keepArtifact(plan: Plan, { bucket }: Stack): Promise<Failed | undefined> {
  const { zip, sha256 } = detailOf(plan);
  const key = releaseKey(plan, plan.release, sha256);
  if ((await headObject(bucket, key))?.size === zip.size) return undefined;
  if ((await copyPinned(zip, bucket, key)) === 'copied') return undefined;
  return failed('ARTIFACT_CHANGED', `s3://${zip.bucket}/${zip.key} was removed or replaced since it was judged`);
}

export async function removeArtifacts(plan: Plan, { bucket }: Stack, release: string): Promise<void> {
  const folder = releaseFolder(plan, release);
  const kept = await listObjects(bucket, folder);
  await deleteObjects(
    bucket,
    [...kept.keys()].map((name) => `${folder}${name}`),
  );
}
