import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Child, startChild } from '../children.ts';

/** A command of a bundle's configuration files. */
interface ContainerCommand {
  name: string;
  command: string;
  leaderOnly: boolean;
}

export interface CommandOptions {
  /** Holds the files of the bundle. */
  folder: string;
  /** The environment's properties, and what leads to AWS. */
  variables: Record<string, string>;
  /** Whether this is the instance that was chosen to lead. */
  isLeader: boolean;
  log: string;
  /** Told of each process, so that it can be ended with the instance. */
  started: (child: Child) => void;
}

/**
 * Runs what the configuration files of a bundle ask for before its release is started, file by file and by name.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html#linux-container-commands
 * @returns what failed, as an event tells it; undefined when all went well.
 */
export async function runCommands(options: CommandOptions): Promise<string | undefined> {
  const { folder, variables, isLeader, log, started } = options;
  for (const { name, command, leaderOnly } of await commandsIn(folder)) {
    if (leaderOnly && !isLeader) continue;
    const child = await startChild('sh', ['-c', command], { env: { HOME: folder, ...variables }, log, cwd: folder });
    started(child);
    // What waits for its input gets none.
    const code = await child.ended;
    if (code !== 0) return `Command ${name} failed on instance. Return code: ${code}.`;
  }
  return undefined;
}

async function commandsIn(folder: string): Promise<ContainerCommand[]> {
  const extensions = join(folder, '.ebextensions');
  if (!(await stat(extensions).catch(() => undefined))) return [];
  const files = (await readdir(extensions)).filter((name) => name.endsWith('.config')).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(extensions, name), 'utf8')));
  return texts.flatMap((text) => {
    const { container_commands: commands = {} } = (parse(text) ?? {}) as { container_commands?: Written };
    return Object.entries(commands)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { command, leader_only: leaderOnly = false }]) => ({ name, command, leaderOnly }));
  });
}

type Written = Record<string, { command: string; leader_only?: boolean }>;
