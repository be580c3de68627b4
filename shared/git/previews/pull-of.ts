import type { PullRequest, Trigger } from '../../events.ts';
import type { Deployment } from '../../ledger/deployment.ts';
import { listDeployments } from '../../ledger/deployments.ts';

/** So far back it is looked. */
const RECENT = 30;

/**
 * The pull request whose preview a deployment makes, changes or removes; undefined where it has to do with none. A person who
 * has one removed names the environment alone: whose it is, the deployment before it tells.
 */
export async function pullRequestOf({
  pilot,
  environment,
  trigger,
}: Pick<Deployment, 'pilot' | 'environment' | 'trigger'>): Promise<PullRequest | undefined> {
  const of = pullOf(trigger);
  if (of || trigger.kind !== 'remove') return of;
  const recent = await listDeployments(pilot, environment, RECENT);
  return recent.flatMap((one) => pullOf(one.trigger) ?? [])[0];
}

function pullOf(trigger: Trigger): PullRequest | undefined {
  if (trigger.kind === 'remove') return trigger.pull;
  if (trigger.kind !== 'push' || trigger.pull === undefined) return undefined;
  const { connection, repository, pull: number } = trigger;
  return { connection, repository, number };
}
