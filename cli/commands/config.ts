import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { configDiffCommand } from '../config/diff.ts';
import { showCommand } from '../config/show.ts';

export const configCommand = (cli: Cli): Command =>
  new Command('config')
    .description('Show or compare what releases of a pilot are configured with.')
    .helpCommand(false)
    .addCommand(showCommand(cli))
    .addCommand(configDiffCommand(cli))
    .addHelpText(
      'after',
      `
Examples:
  pilot config show acme-shop
  pilot config diff acme-shop .

Exit codes: those of the two commands`,
    );
