import type { ApiAnswer, ApiRefusal } from '../api.ts';
import { publish } from '../aws/bus.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { findDeployment, listDeployments } from '../ledger/deployments.ts';
import { logOf } from '../log.ts';
import { DEFAULT_ENVIRONMENT, requestId } from '../names.ts';
import { latestOf } from './latest.ts';
import { refusal } from './refusal.ts';
import type { Asked } from './request.ts';

const log = logOf('api');

/** How far back it is looked for a newer deployment that went live. */
const RECENT = 50;

/**
 * Asks for a deployment that did not succeed once more: the same manifest and
 * artifact, in the versions that they had. What it had done already is found
 * done. The same request again is the same deployment.
 */
export async function retry(asked: Asked<'retry'>): Promise<ApiAnswer<'retry'>> {
  const { pilot, environment = DEFAULT_ENVIRONMENT, request, requestedBy } = asked;
  const id = requestId(pilot, environment, request);
  const before = await findDeployment(id);
  if (before?.trigger.retryOf) return { ok: true, answer: { deployment: id, of: before.trigger.retryOf } };

  const of = await latestOf(asked);
  if ('ok' in of) return of;
  const reason = await whyNot(of);
  if (reason) return reason;

  const { requestedBy: _, ...trigger } = of.trigger;
  await publish('DeploymentRequested', {
    deployment: id,
    pilot,
    environment,
    requestedAt: new Date().toISOString(),
    trigger: { ...trigger, request, retryOf: of.id, ...(requestedBy && { requestedBy }) },
  });
  log.info('a retry was asked for', { deployment: id, of: of.id, requestedBy });
  return { ok: true, answer: { deployment: id, of: of.id } };
}

async function whyNot({ id, pilot, environment, status, acceptedAt }: Deployment): Promise<ApiRefusal | undefined> {
  if (status === 'running')
    return refusal('STILL_RUNNING', `${id} still runs`, `its end; pilot cancel ${pilot} gives it up`);
  if (status === 'succeeded') return refusal('NOTHING_TO_RETRY', `${id} succeeded`, 'a deployment that did not');
  const recent = await listDeployments(pilot, environment, RECENT);
  const newer = recent.find((other) => other.status === 'succeeded' && other.acceptedAt > acceptedAt);
  if (!newer) return undefined;
  return refusal('OVERTAKEN', `${newer.id} is newer and went live`, `a new upload, or pilot rollback ${pilot}`);
}
