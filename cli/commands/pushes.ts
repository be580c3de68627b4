import { Command, InvalidArgumentError, Option } from 'commander';
import { type Api, lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { repositoryName } from '../connect/arguments.ts';
import { pushesText } from '../connect/pushes-text.ts';
import { columnsOf, type Io, painter } from '../io.ts';
import type { Options } from '../options.ts';
import { isRefused, type Refused, type Result } from '../result.ts';
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
A push that deploys tells pilot, environment, the last part of the deployment's id and how that stands: pilot history
has the rest. A commit whose message holds [skip deploy] deploys nothing.

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
  if (found.length === 0) {
    const text = repository === undefined ? await noneOfAny(api) : noneOf(repository);
    return typeof text === 'string' ? { exit: 0, json: { pushes: found }, text } : text;
  }
  const most = columnsOf(io.out);
  return { exit: 0, json: { pushes: found }, text: pushesText(found, painter(io.out, io.env), most) };
}

const noneOf = (repository: string): string =>
  `No push of ${repository} was recorded so far.\n  → see whether all is there that one needs: pilot connect test ${repository}`;

async function noneOfAny(api: Api): Promise<string | Refused> {
  const asked = await api.ask({ action: 'connections' });
  if (!asked.ok) return refusedByApi(asked);
  const [one, ...others] = asked.answer;
  if (!one)
    return 'No repository is connected. What was recorded of one that was stays for 400 days.\n  → by all of its name: pilot pushes HOST/OWNER/NAME';
  if (others.length === 0) return noneOf(one.repository);
  return 'No push was recorded so far.\n  → see which repositories are connected: pilot connect list';
}

function upToHundred(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw new InvalidArgumentError('Expected a whole number from 1 to 100.');
}
