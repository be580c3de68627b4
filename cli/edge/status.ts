import { Command } from 'commander';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { type Io, painter } from '../io.ts';
import { type Options, pilotName } from '../options.ts';
import { isRefused, type Result } from '../result.ts';
import { findStack } from '../stack.ts';
import { overviewText } from './text.ts';

export const edgeStatusCommand = (cli: Cli): Command =>
  new Command('status')
    .description('Show each group: how it lets CloudFront in, how full it is, how old its list is, and what differs.')
    .argument('[name]', 'one pilot (default: all)', pilotName)
    .addHelpText(
      'after',
      `
AWS is asked how the groups are at this moment. What differs from AWS's list is mended within a day, or by pilot edge sync.
Rules that others made are shown, and stay.

Examples:
  pilot edge status
  pilot edge status acme-shop --env staging
  pilot edge status --json | jq '.pilots[] | select(.drift.missing != [])'
  pilot edge status --json | jq '.pilots[] | select(.others) | {pilot, others}'

Exit codes: 0 shown · 2 no such pilot, or none that CloudFront reaches, or usage · 3 AWS cannot be reached`,
    )
    .action((pilot: string | undefined, _, command: Command) =>
      cli.run<Options>(command, (options) => status(pilot, options, cli.io)),
    );

async function status(pilot: string | undefined, options: Options, io: Io): Promise<Result> {
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const { env: environment } = options;
  const asked = await api.ask({ action: 'edge', ...(pilot && { pilot }), ...(environment && { environment }) });
  if (!asked.ok) return refusedByApi(asked);
  return { exit: 0, json: asked.answer, text: overviewText(asked.answer, painter(io.out, io.env), new Date()) };
}
