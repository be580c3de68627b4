import type { InstanceShell } from '../target.ts';
import { commandLine, quoted } from './shell-words.ts';

/**
 * The lines that run a command on an instance as the pilot itself is run: its user, its folder, its environment.
 * They begin as root, who alone may read that environment.
 */
export const scriptOf = (
  { user, folder, environmentFile }: Pick<InstanceShell, 'user' | 'folder' | 'environmentFile'>,
  command: readonly string[],
): string[] => [
  // The pilot's own PATH may lead elsewhere.
  'become=$(command -v runuser)',
  'set -a',
  `HOME=${quoted(folder)} USER=${quoted(user)} LOGNAME=${quoted(user)}`,
  `[ ! -r ${quoted(environmentFile)} ] || . ${quoted(environmentFile)}`,
  'set +a',
  `exec "$become" -u ${quoted(user)} -- ${unresolved(commandLine(command))}`,
];

/**
 * Systems Manager puts values of its own in place of `{{…}}`; an empty pair of quotes between the braces means nothing to a
 * shell, and they stand in quotes already.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-param-runcommand.html
 */
const unresolved = (line: string): string => line.replace(/\{(?=\{)/g, "{''");
