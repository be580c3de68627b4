import { Command, InvalidArgumentError, Option } from 'commander';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { repositoryName } from '../connect/arguments.ts';
import { pushesText } from '../connect/pushes-text.ts';
import { type Io, painter } from '../io.ts';
import type { Options } from '../options.ts';
import { isRefused, type Result } from '../result.ts';
import { findStack } from '../stack.ts';

interface PushesOptions extends Options {
  most: number;
}

export const pushesCommand = (cli: Cli): Command =>
  new Command('pushes')
    .description('Show what was pushed to connected repositories, newest first, and what became of it.')
    .argument('[repository]', 'owner/name, or all of its name (default: all)', repositoryName)
    .addOption(new Option('-n, --most <count>', 'how many, 1 to 100').argParser(upToHundred).default(20))
    .addHelpText(
      'after',
      `
A push that deploys tells pilot, environment and the last part of the deployment's id: pilot history has the rest.

Examples:
  pilot pushes
  pilot pushes acme/shop -n 5
  pilot pushes acme/shop --json | jq '.pushes[] | select(.outcome.kind == "failed") | .outcome.problems'

Exit codes: 0 shown · 2 no such repository, or usage · 3 AWS cannot be reached`,
    )
    .action((repository: string | undefined, _, command: Command) =>
      cli.run<PushesOptions>(command, (options) => pushes(repository, options, cli.io)),
    );

async function pushes(repository: string | undefined, options: PushesOptions, io: Io): Promise<Result> {
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const asked = await api.ask({ action: 'pushes', most: options.most, ...(repository && { repository }) });
  if (!asked.ok) return refusedByApi(asked);
  const found = asked.answer;
  if (found.length === 0)
    return {
      ...{ exit: 0, json: { pushes: found } },
      text: `No push${repository ? ` of ${repository}` : ''} was recorded so far.\n  → see whether all is there that one needs: pilot connect test ${repository ?? 'OWNER/NAME'}`,
    };
  const most = (io.out.isTTY && io.out.columns) || undefined;
  return { exit: 0, json: { pushes: found }, text: pushesText(found, painter(io.out, io.env), most) };
}

function upToHundred(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw new InvalidArgumentError('Expected a whole number from 1 to 100.');
}
