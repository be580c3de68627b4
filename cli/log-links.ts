import { awsCommand } from './aws-command.ts';
import type { Connection } from './connection.ts';

const NAME = "[\\w$.~*!'()-]*[\\w$-]";
/** A link to CloudWatch's console, as shared/targets/log-link.ts makes them. */
const LINK = new RegExp(
  `https://[\\w.-]+/cloudwatch/home\\?region=[\\w-]+#logsV2:log-groups/log-group/(?<group>${NAME})(?:/log-events/(?<stream>${NAME}))?`,
  'g',
);
/** https://docs.aws.amazon.com/general/latest/gr/rande.html */
const AWS = /\.(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws|api\.amazonwebservices\.com\.cn)$/;

interface Log {
  group: string;
  stream?: string;
}

/** The log that a link leads to; undefined where it is no such link. */
export function logAt(link: string): Log | undefined {
  const [found] = link.matchAll(LINK);
  return found?.[0] === link ? logIn(found.groups) : undefined;
}

/**
 * A text whose links lead somewhere: what is not AWS's own has no console, and there each link to a log is the command
 * that shows the same.
 */
export function withLogs(text: string, connection: Connection): string {
  if (hasConsole(connection)) return text;
  return text.replace(LINK, (link, ...found) => {
    const log = logIn(found.at(-1));
    return log ? tailOf(log, connection) : link;
  });
}

/** The command that shows a log. */
export function tailOf({ group, stream }: Log, connection: Connection): string {
  // Builds' logs are kept for so long; it is minutes where nothing is said.
  return `${awsCommand('logs', connection)} tail ${group}${stream ? ` --log-stream-names ${stream}` : ''} --since 30d`;
}

const hasConsole = ({ endpoint }: Connection): boolean =>
  endpoint === undefined || AWS.test(new URL(endpoint).hostname);

function logIn({ group, stream }: { group?: string; stream?: string } = {}): Log | undefined {
  return group ? { group: fromConsole(group), ...(stream && { stream: fromConsole(stream) }) } : undefined;
}

const fromConsole = (name: string): string => decodeURIComponent(decodeURIComponent(name.replaceAll('$', '%')));
