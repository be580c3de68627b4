import { deployVersion, type Environment } from '../../aws/beanstalk.ts';
import { listFailures } from '../../aws/beanstalk-health.ts';
import { done, failed, type Outcome } from '../../outcome.ts';
import type { Lease, Plan } from '../target.ts';
import { bundleStandby } from './bundle.ts';
import { FENCED } from './held.ts';
import { standbyName } from './names.ts';
import { describe, madeOf } from './next.ts';
import { standbyBundle } from './offline.ts';
import { see } from './seen.ts';
import { stackOf } from './stack.ts';
import { createStandby, until } from './standby.ts';
import { troubleOf } from './trouble.ts';

/**
 * Launches the environment that is to answer with 503, beside the one that serves, so that the two can swap the address; one
 * that stands there with another page gets this one. What serves is not touched.
 */
export async function prepareOffline(plan: Plan, page: string | undefined, lease: Lease): Promise<Outcome> {
  try {
    return await bring(plan, page, lease);
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble) throw error;
    return 'passes' in trouble ? until(standbyName(plan)) : trouble;
  }
}

async function bring(plan: Plan, page: string | undefined, lease: Lease): Promise<Outcome> {
  const name = standbyName(plan);
  const { environments, mark } = await see(plan);
  if (mark.fence > lease.fence) return FENCED;
  const standby = environments.find((one) => one.name === name);
  const { label, bytes } = await standbyBundle(page);
  if (standby && standby.status !== 'Ready') return until(name, standby.changedAt);
  if (standby?.version === label) return done({ environment: name });

  if (!(await lease.holds())) return FENCED;
  const stack = stackOf(plan);
  if (!standby) return createStandby(plan, stack, page, undefined, lease);
  const bundled = await bundleStandby(plan, stack, label, bytes);
  if (bundled !== 'ready') return 'processing' in bundled ? until(name, bundled.processing) : bundled;
  return change(standby, label, lease);
}

async function change(standby: Environment, label: string, { deployment: by }: Lease): Promise<Outcome> {
  const { name } = standby;
  const { configuration = '0'.repeat(20), by: changedBy, since } = madeOf(standby) ?? {};
  if (changedBy === by && since) {
    const [reason = 'Elastic Beanstalk says no more'] = await listFailures(standby, since);
    return failed('MESSAGE_NOT_SHOWN', `${name} could not be given the message: ${reason}`);
  }
  await deployVersion(standby, label, describe({ configuration, by, since: new Date() }));
  return until(name);
}
