import { removeUntagged } from '../aws/repositories.ts';
import { listImages, removeImages } from '../aws/stored-images.ts';
import { findDeployment } from '../ledger/deployments.ts';
import { listReleases } from '../ledger/releases.ts';
import { leaseOf } from '../ledger/settled.ts';
import { logOf } from '../log.ts';
import { targetNamed } from '../targets/index.ts';
import type { BuildAsked } from './asked.ts';
import { oldImages, UNUSED_DAYS } from './old-images.ts';

const log = logOf('building');

/**
 * Removes images that nobody needs any more before another one is added. ECR’s own rules know no image that is in use; the
 * ledger does, and who has the lock is alone with it. What has no tag is left to ECR. What does not work now is tried again before
 * the next build.
 * @param id the deployment that builds.
 */
export async function clearImages(
  { pilot, environment, manifest }: BuildAsked,
  repository: string,
  id: string,
): Promise<void> {
  try {
    await removeUntagged(repository, UNUSED_DAYS);
    const images = await listImages(repository);
    if (oldImages(images, [], new Date()).length === 0) return;
    const target = await targetNamed(manifest.target);
    const [releases, held = []] = await Promise.all([
      listReleases(pilot, environment),
      target.imagesHeld?.({ pilot, environment }),
    ]);
    const plans = releases.map(({ plan }) => JSON.stringify(plan));
    const old = oldImages(images, [...plans, ...held], new Date());
    const deployment = await findDeployment(id);
    if (old.length === 0 || !deployment || !(await leaseOf(deployment).holds())) return;
    log.info('old images were removed', { deployment: id, repository, images: await removeImages(repository, old) });
  } catch (error) {
    log.warn('old images could not be removed', { deployment: id, repository, error });
  }
}
