import type { ApiRefusal } from '../api.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { findDeployment, listDeployments, listPilots } from '../ledger/deployments.ts';
import { DEFAULT_ENVIRONMENT, ofDeployment } from '../names.ts';
import { refusal, stranger } from './refusal.ts';

/** The deployment that is meant: the one that was named, or the pilot's latest. */
export async function latestOf({
  pilot,
  environment = DEFAULT_ENVIRONMENT,
  deployment,
}: {
  pilot: string;
  environment?: string | undefined;
  deployment?: string | undefined;
}): Promise<Deployment | ApiRefusal> {
  if (deployment) {
    const of = ofDeployment(deployment);
    const found = of?.pilot === pilot && of.environment === environment ? await findDeployment(deployment) : undefined;
    return found ?? refusal('DEPLOYMENT_UNKNOWN', `${pilot} in ${environment} has no deployment ${deployment}`);
  }
  const [latest] = await listDeployments(pilot, environment, 1);
  return latest ?? stranger(await listPilots(), pilot, environment);
}
