import type { DeploymentView } from '../shared/api.ts';
import { awsCommand } from './aws-command.ts';
import type { Connection } from './connection.ts';
import { logAt, tailOf } from './log-links.ts';

/** How to read what the step wrote that failed; of a build, what its commands wrote. */
export function logAdvice({ failure, facts }: DeploymentView, stage: string, connection: Connection): string {
  const step = failure?.step ?? 'Validate';
  const built = step === 'Build' && typeof facts.log === 'string' ? logAt(facts.log) : undefined;
  if (built) return `what the build wrote: ${tailOf(built, connection)}`;
  const group = `/aws/lambda/pilotage-${stage}-deploy-${step.toLowerCase()}`;
  return `what the step saw: ${awsCommand('logs', connection)} tail ${group} --since 1h`;
}
