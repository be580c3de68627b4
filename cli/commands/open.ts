import { Command } from 'commander';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { optionsOf } from '../advice.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import type { Io } from '../io.ts';
import { browserFor } from '../launch.ts';
import { type Options, pilotName } from '../options.ts';
import { isRefused, type Result, refused } from '../result.ts';
import { findStack } from '../stack.ts';

interface OpenOptions extends Options {
  print?: boolean;
}

export const openCommand = (cli: Cli): Command =>
  new Command('open')
    .description('Show a pilot in the browser.')
    .argument('<name>', 'the pilot', pilotName)
    .option('--print', 'only print its address')
    .addHelpText(
      'after',
      `
Examples:
  pilot open acme-site
  pilot open acme-site --env staging
  curl "$(pilot open acme-site --print)"

In a pipe and with --json the address is printed and nothing opened. BROWSER names another program.
Exit codes: 0 shown · 1 nothing is live · 2 no such pilot, or usage · 3 AWS cannot be reached`,
    )
    .action((pilot: string, _, command: Command) =>
      cli.run<OpenOptions>(command, (options) => open(pilot, options, cli.io)),
    );

async function open(pilot: string, options: OpenOptions, io: Io): Promise<Result> {
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const { env: environment = DEFAULT_ENVIRONMENT } = options;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const asked = await api.ask({ action: 'status', pilot, environment });
  if (!asked.ok) return refusedByApi(asked);
  const [found] = asked.answer;
  if (!found?.url || (!found.live?.release && !found.trouble))
    return refused(1, {
      code: 'NOT_LIVE',
      message: `nothing of ${pilot} is live in ${environment}`,
      hint: `see why: pilot history ${pilot}${optionsOf({ environment }, stack.stage)}`,
    });

  const { url } = found;
  const isSeen = io.out.isTTY && !options.print && !options.json;
  const isOpened = isSeen && (await io.launch?.([...browserFor(io.platform ?? 'linux', io.env), url]));
  if (isSeen && !isOpened) io.err.write('no browser could be started; this is the address:\n');
  return { exit: 0, json: { url }, text: url };
}
