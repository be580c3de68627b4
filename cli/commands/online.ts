import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { followOrLeave } from '../following.ts';
import type { Io } from '../io.ts';
import { type FollowOptions, followOptions, pilotName } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Result } from '../result.ts';
import { findStack } from '../stack.ts';

export const onlineCommand = (cli: Cli): Command =>
  followOptions(new Command('online'))
    .description('Bring a pilot back that was taken offline, with the release that was live before.')
    .argument('<name>', 'the pilot', pilotName)
    .addHelpText(
      'after',
      `
To come back with another release: pilot deploy <path> --online, or pilot rollback <name> <release> --online.

Examples:
  pilot online acme-site
  pilot online acme-site --env staging --no-follow

Exit codes: 0 online (or on its way, with --no-follow) · 1 failed, or --timeout was over
  2 no such pilot, online already, never live, or usage · 3 AWS cannot be reached · 130 Ctrl-C; it goes on`,
    )
    .action((pilot: string, _, command: Command) =>
      cli.run<FollowOptions>(command, (options) => online(pilot, options, cli.io)),
    );

async function online(pilot: string, options: FollowOptions, io: Io): Promise<Result> {
  const { env: environment = DEFAULT_ENVIRONMENT } = options;
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const asked = await api.ask({
    action: 'online',
    pilot,
    environment,
    requestedBy: requestedBy(),
    request: `${new Date().toISOString()}/${randomUUID()}`,
  });
  if (!asked.ok) return refusedByApi(asked);
  const { deployment: id, release } = asked.answer;
  const text = `${pilot} comes back online in ${environment} with release ${release}\n  as       ${id}`;
  return followOrLeave({ id, json: { pilot, environment, release }, text }, api, stack, options, io);
}
