import { callVersion } from '../../aws/function-call.ts';
import { listVersions } from '../../aws/function-versions.ts';
import type { Look, Plan } from '../target.ts';
import { verdict } from './answer.ts';
import { detailOf } from './detail.ts';
import { frontOf } from './front.ts';
import { balancerHealthRequest, healthRequest } from './health-request.ts';
import { versionOfRelease } from './versions.ts';

/** A call that takes longer is no answer, whatever the function's own timeout is. */
const LONGEST_SECONDS = 60;

/**
 * A release is complete when a version is it, and AWS has made that ready. One
 * that answers requests has to answer one, too; what an event would do nobody
 * can know, so that a function of events is not called.
 */
export async function look(plan: Plan): Promise<Look> {
  const { function: name, url, through, timeout } = detailOf(plan);
  const found = versionOfRelease(await listVersions(name), plan.release);
  if (!found) return { state: 'waiting', progress: 'its version is still to be published' };
  const { version, state, reason } = found;
  if (state === 'pending') return { state: 'waiting', progress: `version ${version} is still being made ready` };
  if (state === 'failed')
    return { state: 'broken', reason: `version ${version} failed: ${reason ?? 'AWS says no more'}` };
  if (!url && !through) return { state: 'ready' };

  const seconds = Math.min(timeout, LONGEST_SECONDS);
  const isByBalancer = through === 'load-balancer';
  const request = isByBalancer ? balancerHealthRequest(frontOf(plan, { through }) ?? '') : healthRequest(new Date());
  return verdict(await callVersion(name, version, request, seconds * 1000), seconds, isByBalancer);
}
