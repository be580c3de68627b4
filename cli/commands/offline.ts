import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { PAGE_LIMIT } from '../../shared/maintenance.ts';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { followOrLeave } from '../following.ts';
import type { Io } from '../io.ts';
import { readMessage } from '../message.ts';
import { type FollowOptions, followOptions, pilotName } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Result } from '../result.ts';
import { findStack } from '../stack.ts';

export const offlineCommand = (cli: Cli): Command =>
  followOptions(new Command('offline'))
    .description('Take a pilot offline: visitors get a page with status 503 until somebody brings it back.')
    .argument('<name>', 'the pilot', pilotName)
    .option(
      '--message <file>',
      `what visitors see instead of the usual page: plain text, or HTML that begins with a tag, at most ${PAGE_LIMIT} bytes`,
    )
    .addHelpText(
      'after',
      `
It waits for a deployment that runs; a rollout that is being watched gives way to it. What ran goes on running, and
costs what it did, so that it is back within seconds. Nothing goes live meanwhile: a deployment is refused without
--online. Asked again, the pilot stays offline and gets the new message, whose ${PAGE_LIMIT} bytes are those of its JSON: each
quote and each line break counts as two.

Examples:
  pilot offline acme-site
  pilot offline acme-site --message maintenance.html --env staging
  pilot online acme-site           brings it back

Exit codes: 0 offline (or on its way, with --no-follow) · 1 failed, or --timeout was over
  2 no such pilot, nothing live, a message that cannot be shown, or usage · 3 AWS cannot be reached · 130 Ctrl-C; it goes on`,
    )
    .action((pilot: string, _, command: Command) =>
      cli.run<OfflineOptions>(command, (options) => offline(pilot, options, cli.io)),
    );

interface OfflineOptions extends FollowOptions {
  message?: string;
}

async function offline(pilot: string, options: OfflineOptions, io: Io): Promise<Result> {
  const { env: environment = DEFAULT_ENVIRONMENT, message } = options;
  const page = message === undefined ? undefined : await readMessage(message, io.cwd);
  if (page && isRefused(page)) return page;
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const asked = await api.ask({
    action: 'offline',
    pilot,
    environment,
    ...(page && { page: page.text }),
    requestedBy: requestedBy(),
    request: `${new Date().toISOString()}/${randomUUID()}`,
  });
  if (!asked.ok) return refusedByApi(asked);
  const { deployment: id, release } = asked.answer;
  const text = `${pilot} goes offline in ${environment}; release ${release} stays ready\n  as       ${id}`;
  return followOrLeave({ id, json: { pilot, environment, release }, text }, api, stack, options, io);
}
