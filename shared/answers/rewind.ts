import type { ApiAnswer, ApiRefusal } from '../api.ts';
import { publish } from '../aws/bus.ts';
import { inPlaceProblem } from '../backups/in-place.ts';
import type { Problem } from '../errors.ts';
import { findDeployment } from '../ledger/deployments.ts';
import { readLock } from '../ledger/lock.ts';
import { findManifest } from '../ledger/manifests.ts';
import { listReleases } from '../ledger/releases.ts';
import { logOf } from '../log.ts';
import { DEFAULT_ENVIRONMENT, requestId } from '../names.ts';
import { notOffline } from '../offline.ts';
import { trafficNow } from '../traffic.ts';
import { refusal } from './refusal.ts';
import type { Asked } from './request.ts';
import { chosen } from './restores.ts';

const log = logOf('api');

/**
 * Asks that a snapshot take the place of what the pilot's own database holds. Provision asks all of this again, under the
 * lock. The same request again is the same deployment.
 */
export async function rewind(asked: Asked<'rewind'>): Promise<ApiAnswer<'rewind'>> {
  const { pilot, environment = DEFAULT_ENVIRONMENT, request, requestedBy } = asked;
  const id = requestId(pilot, environment, request);
  const found = await mayBe(pilot, environment, asked.snapshot);
  const before = await findDeployment(id);
  if (before?.trigger.kind === 'restore') {
    const release = before.plan?.release ?? ('release' in found ? found.release : '');
    return { ok: true, answer: { deployment: id, snapshot: before.trigger.snapshot, release } };
  }
  if ('ok' in found) return found;
  const { snapshot, release } = found;
  await publish('DeploymentRequested', {
    deployment: id,
    pilot,
    environment,
    requestedAt: new Date().toISOString(),
    trigger: { kind: 'restore', snapshot, request, ...(requestedBy && { requestedBy }) },
  });
  log.info('a restore in place was asked for', { deployment: id, snapshot, requestedBy });
  return { ok: true, answer: { deployment: id, snapshot, release } };
}

/** Whether the snapshot can be gone back to at this moment. */
async function mayBe(
  pilot: string,
  environment: string,
  name: string,
): Promise<{ snapshot: string; release: string } | ApiRefusal> {
  const found = await chosen(pilot, environment, name);
  if ('ok' in found) return found;
  const [lock, releases] = await Promise.all([readLock(pilot, environment), listReleases(pilot, environment)]);
  const release = lock.offline?.release ?? '';
  const comesBack = releases.find((one) => one.release === release);
  if (!comesBack || (await trafficNow(comesBack.plan, lock)).release !== undefined) return told(notOffline(pilot));
  const manifest = await findManifest(comesBack.plan);
  const problem = manifest && inPlaceProblem(manifest, found.snapshot);
  return problem ? told(problem) : { snapshot: found.snapshot.id, release };
}

const told = ({ code, message, expected, hint }: Problem): ApiRefusal =>
  refusal(code, message, [expected, hint].filter(Boolean).join(': '));
