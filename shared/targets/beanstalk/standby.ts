import { terminateEnvironment } from '../../aws/beanstalk.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { type Failed, failed, type Parked, parked } from '../../outcome.ts';
import type { Lease, Plan } from '../target.ts';
import { bundleStandby } from './bundle.ts';
import { createOnce } from './create-once.ts';
import { detailOf } from './detail.ts';
import { standbyName } from './names.ts';
import { configurationOf, describe, PATIENCE_MS } from './next.ts';
import { STANDBY, standbyBundle } from './offline.ts';
import { newestPlatform } from './platform.ts';
import type { Seen } from './seen.ts';
import { standbySettings } from './settings.ts';
import { prefixOf, type Stack } from './stack.ts';

const SOON_MS = 15_000;

/**
 * Sees to it that an environment has the address that visitors are led to, before any release can take it over.
 * @returns undefined when one has it, and could hand it over.
 */
export async function bringStandby(
  plan: Plan,
  { holder, environments }: Seen,
  stack: Stack,
  lease: Pick<Lease, 'deployment'>,
): Promise<Parked | Failed | undefined> {
  const name = standbyName(plan);
  if (holder) return holder.name === name && holder.status !== 'Ready' ? until(name, holder.changedAt) : undefined;
  const old = environments.find((one) => one.name === name);
  if (old) {
    // It has handed the address over, and whoever took it is gone.
    await terminateEnvironment(old);
    return until(name);
  }
  return createStandby(plan, stack, undefined, prefixOf(stack), lease);
}

/**
 * Launches the environment that serves while nothing is live.
 * @param page what visitors see there; absent: the usual page.
 * @param prefix the address that it has from its creation on; absent where another environment has that.
 */
export async function createStandby(
  plan: Plan,
  stack: Stack,
  page: string | undefined,
  prefix: string | undefined,
  lease: Pick<Lease, 'deployment'>,
): Promise<Parked | Failed> {
  const name = standbyName(plan);
  const platform = await newestPlatform(STANDBY.platform);
  if ('code' in platform) return failed(platform.code, platform.message);
  const { label, bytes } = await standbyBundle(page);
  const bundled = await bundleStandby(plan, stack, label, bytes);
  if (bundled !== 'ready') return 'processing' in bundled ? until(name, bundled.processing) : bundled;
  const settings = standbySettings(detailOf(plan), stack);
  const configuration = configurationOf(platform.arn, settings);
  const failure = await createOnce({
    application: detailOf(plan).application,
    name,
    description: describe({ configuration, by: lease.deployment, since: new Date() }),
    version: label,
    platform: platform.arn,
    ...(prefix && { prefix }),
    settings,
    operationsRole: stack.operationsRole,
    tags: ownerTags(plan),
  });
  return failure ?? until(name);
}

export const until = (name: string, since = new Date()): Parked =>
  parked(
    `${name} to be launched, which serves while nothing is live`,
    new Date(since.getTime() + PATIENCE_MS),
    new Date(Date.now() + SOON_MS),
  );
