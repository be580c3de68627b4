import { randomUUID } from 'node:crypto';
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

export const retryCommand = (cli: Cli): Command =>
  followOptions(new Command('retry'))
    .description('Do a deployment that did not succeed once more; what it had done already is not done again.')
    .argument('<name>', 'the pilot', pilotName)
    .argument('[deployment]', 'its id, as history shows it, or how it begins (default: the latest)', deploymentId)
    .addHelpText(
      'after',
      `
The manifest and the artifact are those that it had. To deploy changed ones, use pilot deploy.

Examples:
  pilot retry acme-site
  pilot retry acme-site 3f9a1c2e4b5d

Exit codes: 0 live (or on its way, with --no-follow) · 1 failed again, or --timeout was over
  2 nothing to retry, or usage · 3 AWS cannot be reached · 130 Ctrl-C; the deployment goes on`,
    )
    .action((pilot: string, id: string | undefined, _, command: Command) =>
      cli.run<FollowOptions>(command, (options) => retry(pilot, id, options, cli.io)),
    );

async function retry(pilot: string, named: string | undefined, options: FollowOptions, io: Io): Promise<Result> {
  const { env: environment = DEFAULT_ENVIRONMENT } = options;
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const deployment = named && (await idNamed(named, pilot, options, api));
  if (typeof deployment === 'object') return deployment;
  const asked = await api.ask({
    action: 'retry',
    pilot,
    environment,
    ...(deployment && { deployment }),
    requestedBy: requestedBy(),
    request: `${new Date().toISOString()}/${randomUUID()}`,
  });
  if (!asked.ok) return refusedByApi(asked);
  const { deployment: id, of } = asked.answer;
  const text = `${pilot} in ${environment} is tried once more\n  after    ${of}\n  as       ${id}`;
  return followOrLeave({ id, json: { pilot, environment, retryOf: of }, text }, api, stack, options, io);
}
