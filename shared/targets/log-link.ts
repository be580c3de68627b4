const CONSOLES: Record<string, string> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The console writes names into its addresses in a way of its own. */
const asConsole = (name: string): string => encodeURIComponent(encodeURIComponent(name)).replaceAll('%', '$');

/** Where a person sees all lines of a log stream, or of a group, in the console of CloudWatch. */
export function logLink(where: { region: string; partition: string }, group: string, stream?: string): string {
  const { region, partition } = where;
  const host = CONSOLES[partition] ?? CONSOLES.aws;
  const inside = stream === undefined ? '' : `/log-events/${asConsole(stream)}`;
  return `https://${region}.${host}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${asConsole(group)}${inside}`;
}
