import { Command } from 'commander';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import type { Cli } from '../cli.ts';
import { type Io, painter } from '../io.ts';
import { type Options, pilotName, releaseName } from '../options.ts';
import { isRefused, type Result } from '../result.ts';
import { askConfig } from './ask.ts';
import { configText } from './text.ts';

interface ShowOptions extends Options {
  release?: string;
}

export const showCommand = (cli: Cli): Command =>
  new Command('show')
    .description(
      'Show what a release is configured with: its file or variables as it reads them, secrets by where they lie.',
    )
    .argument('<name>', 'the pilot', pilotName)
    .option('--release <release>', 'a kept release, or how its name begins (default: the live one)', releaseName)
    .addHelpText(
      'after',
      `
Examples:
  pilot config show acme-shop
  pilot config show acme-shop --env staging --release 3f9a
  pilot config show acme-shop --json | jq -r .file.text

Values of secrets are nowhere to be seen: Pilotage never reads them.

Exit codes: 0 shown · 1 its manifest was not kept · 2 no such pilot or release, or usage
  3 AWS cannot be reached`,
    )
    .action((pilot: string, _, command: Command) =>
      cli.run<ShowOptions>(command, (options) => show(pilot, options, cli.io)),
    );

async function show(pilot: string, options: ShowOptions, io: Io): Promise<Result> {
  const { env: environment = DEFAULT_ENVIRONMENT, release } = options;
  const asked = await askConfig({ pilot, environment, ...(release && { release }) }, options, io);
  if (isRefused(asked)) return asked;
  const { configuration, ...of } = asked;
  return {
    exit: 0,
    json: { pilot, environment, ...of, ...configuration },
    text: configText(of, configuration, `${pilot} in ${environment}`, painter(io.out, io.env)),
  };
}
