import { Command } from 'commander';

/** What a bench may be asked, beside its own name. */
export interface Asked {
  /** How it is started: `npm run bench:edge --`, `node bench/calls.ts`. */
  command: string;
  /** What it measures, in a sentence. */
  measures: string;
  /** When it exits with 1; it never does unless said otherwise. */
  fails?: string;
  /** What `--small` does, where there is such an option. */
  small?: string;
  /** The examples that may be named, where it measures several, and those that are measured where nobody names any. */
  examples?: { all: readonly string[]; usual: readonly string[] };
}

export interface BenchOptions {
  small: boolean;
  examples: readonly string[];
}

/** Reads what stands behind a bench’s name. Ends the program, with the usual exit codes, for --help and mistakes. */
export function benchOptions({ command, measures, fails, small, examples }: Asked, argv = process.argv): BenchOptions {
  const program = new Command(command)
    .description(measures)
    .addHelpText(
      'after',
      `\nExit codes: 0 measured${fails ? ` · 1 ${fails}` : ''} · 2 usage\nWhat it prints is explained in bench/README.md.`,
    )
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  if (small) program.option('--small', small);
  const { all = [], usual = [] } = examples ?? {};
  if (examples)
    program.argument('[examples...]', `which of them: ${all.join(', ')}; ${usual.join(', ')} unless some are named`);
  program.parse(argv);
  const unknown = program.args.find((name) => !all.includes(name));
  if (unknown !== undefined) program.error(`error: no example is named ${unknown}; there are: ${all.join(', ')}`);
  const named = program.args.length ? program.args : usual;
  return { small: program.opts<{ small?: boolean }>().small === true, examples: named };
}
