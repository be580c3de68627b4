import type { BuildNow } from '../aws/codebuild.ts';
import { setting } from '../aws/config.ts';
import { findDeployment } from '../ledger/deployments.ts';
import { noteFacts } from '../ledger/settling.ts';
import { logLink } from '../targets/log-link.ts';

/**
 * Says among a deployment’s facts where the log is of its build that comes to nothing; of one that goes well its provenance says
 * so. Nothing is said of a build that never had a machine.
 */
export async function tellLog(id: string, now: BuildNow): Promise<void> {
  const link = linkOf(now);
  const deployment = link && (await findDeployment(id));
  if (deployment) await noteFacts(deployment, { log: link });
}

/** Where a person sees all that a build wrote. */
export function linkOf({ log }: BuildNow): string | undefined {
  const [, partition = 'aws'] = setting('BUILD_POLICY').split(':');
  return log && logLink({ region: setting('AWS_REGION'), partition }, log.group, log.stream);
}
