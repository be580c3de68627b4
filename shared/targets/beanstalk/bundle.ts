import { listVersionFailures } from '../../aws/beanstalk-health.ts';
import { createVersion, deleteVersion, findVersion } from '../../aws/beanstalk-versions.ts';
import { putBundle } from '../../aws/bundles.ts';
import { copyPinned } from '../../aws/object-copies.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { type Failed, failed } from '../../outcome.ts';
import { copyWith } from '../artifact/append.ts';
import type { Plan, Task } from '../target.ts';
import { detailOf, placeOf } from './detail.ts';
import { bundleKey } from './names.ts';
import type { Stack } from './stack.ts';
import { labelOf } from './task-environments.ts';
import { taskFiles } from './task-script.ts';
import { isThere } from './trouble.ts';

/** An application version can be deployed once it was processed. */
export type Bundled = 'ready' | { processing: Date } | Failed;

/**
 * Makes the release an application version: its bundle is copied, in the state that was judged, to where nobody
 * replaces it, since Elastic Beanstalk names a bundle by its key alone.
 */
export const bundleRelease = (plan: Plan, { releases }: Stack): Promise<Bundled> =>
  versionFrom(plan, plan.release, { bucket: releases, key: bundleKey(plan, plan.release) }, async ({ bucket, key }) => {
    const copied = await copyPinned(detailOf(plan).zip, bucket, key);
    return copied === 'copied' ? undefined : failed('ARTIFACT_GONE', 'the artifact was replaced since it was planned');
  });

/** The same for what serves while nothing is live. */
export const bundleStandby = (plan: Plan, { releases }: Stack, label: string, bytes: Uint8Array): Promise<Bundled> =>
  versionFrom(plan, label, { bucket: releases, key: bundleKey(plan, label) }, async ({ bucket, key }) => {
    await putBundle(bucket, key, bytes);
    return undefined;
  });

/** The same for a release's bundle that runs a command. */
export function bundleTask(plan: Plan, { releases: bucket }: Stack, task: Task): Promise<Bundled> {
  const [label, from] = [labelOf(task.id), { bucket, key: bundleKey(plan, plan.release) }];
  return versionFrom(plan, label, { bucket, key: bundleKey(plan, label) }, async (to) => {
    const trouble = await copyWith(from, to, taskFiles(plan, task, placeOf(plan).region));
    return trouble === undefined
      ? undefined
      : failed('BUNDLE_REFUSED', `no command can be put into the bundle: ${trouble}`);
  });
}

type Place = { bucket: string; key: string };

async function versionFrom(
  plan: Plan,
  label: string,
  bundle: Place,
  store: (place: Place) => Promise<Failed | undefined>,
): Promise<Bundled> {
  const { application } = detailOf(plan);
  const found = await findVersion(application, label);
  if (!found) return (await store(bundle)) ?? create(plan, label, bundle);
  switch (found.status) {
    case 'Processed':
    case 'Unprocessed':
      return 'ready';
    case 'Failed': {
      const [reason = 'it says no more'] = await listVersionFailures(application, label, found.createdAt);
      // Kept, it would fail every later try without being looked at.
      await deleteVersion(application, label);
      return failed('BUNDLE_REFUSED', `Elastic Beanstalk cannot use the bundle: ${reason}`);
    }
    default:
      return { processing: found.createdAt };
  }
}

async function create(plan: Plan, label: string, bundle: Place): Promise<Bundled> {
  const { application } = detailOf(plan);
  const description = `Pilotage: ${label}`;
  try {
    await createVersion({ application, label, description, bundle, tags: ownerTags(plan) });
  } catch (error) {
    if (!isThere(error)) throw error;
  }
  const made = await findVersion(application, label);
  return made?.status === 'Processed' ? 'ready' : { processing: made?.createdAt ?? new Date() };
}
