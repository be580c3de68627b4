import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { edgeStatusCommand } from '../edge/status.ts';
import { edgeSyncCommand } from '../edge/sync.ts';

export const edgeCommand = (cli: Cli): Command =>
  new Command('edge')
    .description('Show which of CloudFront’s addresses the load balancers of pilots let in, or bring that up to date.')
    .helpCommand(false)
    .addCommand(edgeStatusCommand(cli))
    .addCommand(edgeSyncCommand(cli))
    .addHelpText(
      'after',
      `
Examples:
  pilot edge status
  pilot edge sync acme-shop --dry-run

Exit codes: those of the two commands`,
    );
