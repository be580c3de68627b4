import type { Command } from 'commander';
import type { Io } from './io.ts';
import type { Options } from './options.ts';
import { type Exit, type Result, show } from './result.ts';
import { troubleOf } from './trouble.ts';

/** What each command is given: the process around it, and how to run to an exit code. */
export interface Cli {
  io: Io;
  /** Acts with all options of a command, shows the result, keeps the exit code. */
  run<Given extends Options>(command: Command, act: (options: Given) => Promise<Result>): Promise<void>;
  exit: Exit;
}

export function newCli(io: Io): Cli {
  const cli: Cli = {
    io,
    exit: 0,
    async run(command, act) {
      const options: Parameters<typeof act>[0] = command.optsWithGlobals();
      const result = await act(options).catch(troubleOf);
      cli.exit = show(result, options.json ?? false, io);
    },
  };
  return cli;
}
