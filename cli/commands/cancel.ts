import { Command } from 'commander';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { idNamed } from '../deployment-named.ts';
import { followOrLeave } from '../following.ts';
import type { Io } from '../io.ts';
import { deploymentId, type FollowOptions, followOptions, pilotName } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Result } from '../result.ts';
import { findStack } from '../stack.ts';

export const cancelCommand = (cli: Cli): Command =>
  followOptions(new Command('cancel'))
    .description('Give up a running deployment; the traffic goes back to what was live before.')
    .argument('<name>', 'the pilot', pilotName)
    .argument('[deployment]', 'its id, as history shows it, or how it begins (default: the latest)', deploymentId)
    .addHelpText(
      'after',
      `
Examples:
  pilot cancel acme-site
  pilot cancel acme-site --env staging --no-follow

Exit codes: 0 cancelled (or asked for, with --no-follow) · 1 it ended otherwise, or --timeout was over
  2 nothing to cancel, or usage · 3 AWS cannot be reached · 130 Ctrl-C; the cancellation goes on`,
    )
    .action((pilot: string, id: string | undefined, _, command: Command) =>
      cli.run<FollowOptions>(command, (options) => cancel(pilot, id, options, cli.io)),
    );

async function cancel(pilot: string, which: string | undefined, options: FollowOptions, io: Io): Promise<Result> {
  const { env: environment = DEFAULT_ENVIRONMENT } = options;
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const deployment = which && (await idNamed(which, pilot, options, api));
  if (typeof deployment === 'object') return deployment;
  const named = deployment ? { deployment } : {};
  const asked = await api.ask({ action: 'cancel', pilot, environment, ...named, requestedBy: requestedBy() });
  if (!asked.ok) return refusedByApi(asked);
  const { deployment: id, step } = asked.answer;
  const text = `${pilot} in ${environment} is given up${step ? ` at ${step}` : ''}\n  as       ${id}`;
  const goal = { status: 'cancelled' } as const;
  return followOrLeave(
    { id, json: { pilot, environment, ...(step && { step }) }, text, goal },
    api,
    stack,
    options,
    io,
  );
}
