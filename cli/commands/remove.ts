import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import type { PilotStatus } from '../../shared/api.ts';
import { unremovable } from '../../shared/manifest/only-previews.ts';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { optionsOf } from '../advice.ts';
import { type Api, lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { followOrLeave } from '../following.ts';
import type { Io } from '../io.ts';
import { type FollowOptions, followOptions, pilotName } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Result, refused } from '../result.ts';
import { findStack, type Stack } from '../stack.ts';

interface RemoveOptions extends FollowOptions {
  confirm?: string;
}

export const removeCommand = (cli: Cli): Command =>
  followOptions(new Command('remove'))
    .description('Remove the preview of a pull request: nothing of it stays but its history.')
    .argument('<name>', 'the pilot', pilotName)
    .option('--confirm <name>', 'the pilot’s name once more: without it, nothing is removed', pilotName)
    .addHelpText(
      'after',
      `
A preview goes by itself as its pull request is closed, or its time is over. This removes one at once: what serves, its
stack, what was built for it, its roles. It waits for a deployment that runs. A push to the pull request makes it anew.
No other environment can be removed: it may hold data that nobody could bring back.

Examples:
  pilot remove acme-shop --env pr12
  pilot remove acme-shop --env pr12 --confirm acme-shop

Exit codes: 0 removed (or on its way, with --no-follow) · 1 only shown, failed, or --timeout was over
  2 no such preview, or usage · 3 AWS cannot be reached · 130 Ctrl-C; it goes on`,
    )
    .action((pilot: string, _, command: Command) =>
      cli.run<RemoveOptions>(command, (options) => remove(pilot, options, cli.io)),
    );

async function remove(pilot: string, options: RemoveOptions, io: Io): Promise<Result> {
  const { env: environment = DEFAULT_ENVIRONMENT, confirm } = options;
  if (confirm !== undefined && confirm !== pilot)
    return refused(2, { code: 'NOT_CONFIRMED', message: `--confirm ${confirm} names another pilot than ${pilot}` });
  const problem = unremovable(pilot, environment);
  if (problem) return refused(2, problem);
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  if (confirm === undefined) return onlyShow({ pilot, environment }, api, stack);
  const asked = await api.ask({
    action: 'remove',
    pilot,
    environment,
    requestedBy: requestedBy(),
    request: `${new Date().toISOString()}/${randomUUID()}`,
  });
  if (!asked.ok) return refusedByApi(asked);
  const { deployment: id } = asked.answer;
  const text = `${pilot} is removed in ${environment}\n  as       ${id}`;
  return followOrLeave({ id, json: { pilot, environment }, text }, api, stack, options, io);
}

async function onlyShow(of: { pilot: string; environment: string }, api: Api, stack: Stack): Promise<Result> {
  const asked = await api.ask({ action: 'status', ...of });
  if (!asked.ok) return refusedByApi(asked);
  const [found] = asked.answer;
  const command = `pilot remove ${of.pilot} --confirm ${of.pilot}${optionsOf(of, stack.stage)}`;
  const text = `${inWords(of, found)}\n\nNothing was removed. To remove it:\n  ${command}`;
  return { exit: 1, json: { ...of, removed: false, command }, text };
}

function inWords({ pilot, environment }: { pilot: string; environment: string }, found?: PilotStatus): string {
  const { url, live, trouble } = found ?? {};
  const serves = trouble ?? (live?.release ? `release ${live.release} serves` : 'no release serves');
  return `${pilot} in ${environment}${url ? `, at ${url}` : ''}: ${serves}`;
}
