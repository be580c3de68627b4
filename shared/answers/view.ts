import type { DeploymentView } from '../api.ts';
import { secondsOf, warningsOf } from '../ending.ts';
import type { Deployment } from '../ledger/deployment.ts';

/** A deployment as people are shown it. */
export function viewOf(deployment: Deployment): DeploymentView {
  const { id, pilot, environment, trigger, requestedAt, status, steps, facts, plan, policy } = deployment;
  const { step, progress, alreadyLive, shifted, rolledBack, finishedAt, ending } = deployment;
  const failure = status === 'succeeded' ? undefined : (ending?.failure ?? deployment.failure);
  const warnings = warningsOf(deployment);
  const known = { step, progress, alreadyLive, shifted, failure, rolledBack, finishedAt, ending, warnings };
  const settled = { release: plan?.release, url: plan?.url, target: plan?.target, commit: policy?.commit };
  const view = { id, pilot, environment, trigger, requestedAt, status, steps, facts, seconds: secondsOf(deployment) };
  return { ...view, ...present(known), ...present(settled) };
}

type Present<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

const present = <T extends object>(values: T): Present<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
