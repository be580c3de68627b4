import { type Environment, terminateEnvironment } from '../../aws/beanstalk.ts';
import { deleteVersion } from '../../aws/beanstalk-versions.ts';
import { deleteObjects } from '../../aws/objects.ts';
import { type Done, done, type Failed, failed } from '../../outcome.ts';
import type { Lease, Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { FENCED } from './held.ts';
import { bundleKey } from './names.ts';
import { weightsOf } from './pointer.ts';
import { isGoing, see } from './seen.ts';
import { stackOf } from './stack.ts';
import { troubleOf } from './trouble.ts';

/**
 * Deletes the application versions of releases that are no longer kept, with their bundles, and terminates an
 * environment that still runs one. Nothing is removed when one of them gets traffic at this moment, or when a newer
 * deployment is at work.
 */
export async function retire(plan: Plan, releases: string[], lease: Lease): Promise<Done | Failed> {
  if (releases.length === 0) return done({ removedReleases: 0 });
  const { application } = detailOf(plan);
  const { pointer, environments, holder } = await see(plan);
  if (pointer.fence > lease.fence) return FENCED;
  const serving = releases.filter((release) => release in weightsOf(pointer));
  if (serving.length > 0) return failed('RELEASE_LIVE', `${serving.join(', ')} gets traffic and cannot be removed`);

  if (!(await lease.holds())) return FENCED;
  for (const one of environments) {
    if (one.id === holder?.id || isGoing(one.status) || !releases.includes(one.version)) continue;
    const busy = await busyWith(one);
    if (busy) return failed('RELEASE_IN_USE', `${one.name} still runs ${one.version}: waiting for ${busy}`);
  }
  const { releases: bucket } = stackOf(plan);
  for (const release of releases) {
    if (!(await deleteVersion(application, release)))
      return failed('RELEASE_IN_USE', `the environment of ${release} is still being terminated`);
    await deleteObjects(bucket, [bundleKey(plan, release)]);
  }
  return done({ removedReleases: releases.length });
}

/** Terminates it. @returns what is in the way, and passes. */
async function busyWith(one: Environment): Promise<string | undefined> {
  try {
    await terminateEnvironment(one);
    return undefined;
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble || !('passes' in trouble)) throw error;
    return trouble.passes;
  }
}
