import { Command } from 'commander';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { previewsText } from '../connect/previews-text.ts';
import { columnsOf, type Io, painter } from '../io.ts';
import type { Options } from '../options.ts';
import { isRefused, type Result } from '../result.ts';
import { findStack } from '../stack.ts';

export const previewsCommand = (cli: Cli): Command =>
  new Command('previews')
    .description('Show the environments that pull requests have for themselves, and where they answer.')
    .addHelpText(
      'after',
      `
A pull request has one where the manifest, at its head and on the default branch, says previews: true. It is removed once
the pull request is closed or its time is over; how many there may be, and for how long, the operator's file says.

Examples:
  pilot previews
  pilot previews --json | jq -r '.previews[] | select(.number == 12) | .url'

Exit codes: 0 shown · 2 usage · 3 AWS cannot be reached`,
    )
    .action((_, command: Command) => cli.run<Options>(command, (options) => previews(options, cli.io)));

async function previews(options: Options, io: Io): Promise<Result> {
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const asked = await api.ask({ action: 'previews' });
  if (!asked.ok) return refusedByApi(asked);
  return { exit: 0, json: asked.answer, text: previewsText(asked.answer, painter(io.out, io.env), columnsOf(io.out)) };
}
