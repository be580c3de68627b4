import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { followOrLeave } from '../following.ts';
import type { Io } from '../io.ts';
import { type FollowOptions, followOptions, pilotName, releaseName } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Result } from '../result.ts';
import { findStack } from '../stack.ts';

export const rollbackCommand = (cli: Cli): Command =>
  followOptions(new Command('rollback'))
    .description('Bring back a release that was live before: one move of the traffic, nothing is built.')
    .argument('<name>', 'the pilot', pilotName)
    .argument('[release]', 'a kept release, or its first digits (default: the one before the live one)', releaseName)
    .option('--force', 'also to a release that cannot work with the migrated database; this is recorded')
    .option('--online', 'go live even while the pilot is kept offline (pilot offline)')
    .addHelpText(
      'after',
      `
Examples:
  pilot rollback acme-site
  pilot rollback acme-site 3f9a1c2e --env staging --follow
  pilot history acme-site          lists the releases

Exit codes: 0 rolled back (or on its way, with --no-follow): the release serves, also where a migration could not be
  taken back, of which a warning tells (⚠, with --json in state.warnings) · 1 failed, or --timeout was over
  2 no such pilot or release, or usage · 3 AWS cannot be reached · 130 Ctrl-C; the rollback goes on`,
    )
    .action((pilot: string, release: string | undefined, _, command: Command) =>
      cli.run<RollbackOptions>(command, (options) => rollback(pilot, release, options, cli.io)),
    );

interface RollbackOptions extends FollowOptions {
  force?: boolean;
  online?: boolean;
}

async function rollback(pilot: string, release: string | undefined, options: RollbackOptions, io: Io): Promise<Result> {
  const { env: environment = DEFAULT_ENVIRONMENT } = options;
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const asked = await api.ask({
    action: 'rollback',
    pilot,
    environment,
    ...(release && { release }),
    ...(options.force && { force: true }),
    ...(options.online && { online: true }),
    requestedBy: requestedBy(),
    request: `${new Date().toISOString()}/${randomUUID()}`,
  });
  if (!asked.ok) return refusedByApi(asked);
  const { deployment: id, release: chosen } = asked.answer;
  const text = `${pilot} in ${environment} goes back to release ${chosen}\n  as       ${id}`;
  return followOrLeave({ id, json: { pilot, environment, release: chosen }, text }, api, stack, options, io);
}
