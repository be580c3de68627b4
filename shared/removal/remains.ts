import { listDeployments } from '../ledger/deployments.ts';
import { listReleases } from '../ledger/releases.ts';

/** Whose environment goes. */
export interface Whose {
  pilot: string;
  environment: string;
}

/** Deployments of one environment that are looked at; a preview never has as many. */
const MOST = 1_000;

/**
 * The kinds of target that something was ever planned for in an environment. By the deployments as well: one that failed early
 * leaves no release, and yet a service or a function.
 */
export async function targetsIn({ pilot, environment }: Whose): Promise<string[]> {
  const [releases, deployments] = await Promise.all([
    listReleases(pilot, environment),
    listDeployments(pilot, environment, MOST),
  ]);
  const plans = [...releases, ...deployments].map(({ plan }) => plan?.target);
  return [...new Set(plans.filter((target) => target !== undefined))].sort();
}
