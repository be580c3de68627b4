import type { ApiAnswer } from '../api.ts';
import { findDeployment, listDeployments, listPilots } from '../ledger/deployments.ts';
import { findRunning } from '../ledger/parking.ts';
import { DEFAULT_ENVIRONMENT } from '../names.ts';
import { refusal, stranger } from './refusal.ts';
import type { Asked } from './request.ts';
import { viewOf } from './view.ts';

/** A pilot's deployments, newest first. */
export async function history({
  pilot,
  environment = DEFAULT_ENVIRONMENT,
  most,
}: Asked<'history'>): Promise<ApiAnswer<'history'>> {
  const found = await listDeployments(pilot, environment, most);
  if (found.length === 0) return stranger(await listPilots(), pilot, environment);
  return { ok: true, answer: found.map(viewOf) };
}

/** One deployment, and what it waits for. */
export async function deployment({ id }: Asked<'deployment'>): Promise<ApiAnswer<'deployment'>> {
  const [found, running] = await Promise.all([findDeployment(id), findRunning(id)]);
  if (!found) return refusal('DEPLOYMENT_UNKNOWN', `no deployment ${id} was accepted`);
  const { awaits, deadline, wakeAt } = running?.parked ?? {};
  return {
    ok: true,
    answer: {
      ...viewOf(found),
      ...(awaits && deadline && { waiting: { awaits, deadline, ...(wakeAt && { wakeAt }) } }),
    },
  };
}
