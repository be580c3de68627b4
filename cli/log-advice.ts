import type { DeploymentView } from '../shared/api.ts';
import { awsCommand } from './aws-command.ts';
import type { Connection } from './connection.ts';

/** How to read what the step wrote that failed; of a build, what its commands wrote. */
export function logAdvice({ failure, facts }: DeploymentView, stage: string, connection: Connection): string {
  const step = failure?.step ?? 'Validate';
  const tail = `${awsCommand('logs', connection)} tail`;
  const built = step === 'Build' && typeof facts.log === 'string' ? placeOf(facts.log) : undefined;
  // Builds' logs are kept for so long.
  if (built) return `what the build wrote: ${tail} ${built.group} --log-stream-names ${built.stream} --since 30d`;
  return `what the step saw: ${tail} /aws/lambda/pilotage-${stage}-deploy-${step.toLowerCase()} --since 1h`;
}

/** The log that a link to CloudWatch's console leads to, as shared/targets/log-link.ts makes them. */
function placeOf(link: string): { group: string; stream: string } | undefined {
  const [, group, stream] = /#logsV2:log-groups\/log-group\/([^/]+)\/log-events\/([^/]+)$/.exec(link) ?? [];
  return group && stream ? { group: fromConsole(group), stream: fromConsole(stream) } : undefined;
}

const fromConsole = (name: string): string => decodeURIComponent(decodeURIComponent(name.replaceAll('$', '%')));
