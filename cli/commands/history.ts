import { Command, InvalidArgumentError, Option } from 'commander';
import type { DeploymentView } from '../../shared/api.ts';
import { duration } from '../../shared/notify/quantities.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { reasons } from '../ending.ts';
import { type Io, painter } from '../io.ts';
import { type Options, pilotName } from '../options.ts';
import { isRefused, type Result } from '../result.ts';
import { findStack } from '../stack.ts';
import { table } from '../table.ts';

interface HistoryOptions extends Options {
  most: number;
}

export const historyCommand = (cli: Cli): Command =>
  new Command('history')
    .description('Show a pilot’s deployments, newest first.')
    .argument('<name>', 'the pilot', pilotName)
    .addOption(new Option('--most <count>', 'how many, 1 to 100').argParser(upToHundred).default(20))
    .addHelpText(
      'after',
      `
Examples:
  pilot history acme-site
  pilot history acme-site --env staging --most 100
  pilot history acme-site --json | jq -r '.deployments[0].release'

Exit codes: 0 shown · 2 no such pilot, or usage · 3 AWS cannot be reached`,
    )
    .action((pilot: string, _, command: Command) =>
      cli.run<HistoryOptions>(command, (options) => history(pilot, options, cli.io)),
    );

async function history(pilot: string, options: HistoryOptions, io: Io): Promise<Result> {
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const { env: environment, most: count } = options;
  const asked = await api.ask({ action: 'history', pilot, most: count, ...(environment && { environment }) });
  if (!asked.ok) return refusedByApi(asked);
  const deployments = asked.answer;
  const headings = ['REQUESTED (UTC)', 'RESULT', 'RELEASE', 'TOOK', 'ASKED BY', 'WHAT'];
  // A pipe gets all of it, and so does a terminal that does not know its width.
  const most = (io.out.isTTY && io.out.columns) || undefined;
  const text = table(headings, deployments.map(row), painter(io.out, io.env), most);
  return { exit: 0, json: { deployments }, text };
}

const row = (deployment: DeploymentView): string[] => [
  deployment.requestedAt.slice(0, 19).replace('T', ' '),
  deployment.status,
  deployment.release ?? '',
  duration(deployment.seconds),
  deployment.trigger.requestedBy ?? '',
  what(deployment),
];

function what(deployment: DeploymentView): string {
  const { status, trigger, commit, failure, alreadyLive, step } = deployment;
  const kind = trigger.kind === 'upload' && commit ? `upload of ${commit.slice(0, 12)}` : trigger.kind;
  if (status === 'running') return `${kind}, at ${step ?? 'the start'}`;
  if (failure && status !== 'succeeded') return `${kind}, ${failure.step}: ${reasons(deployment).join('; ')}`;
  return alreadyLive ? `${kind}, already ${trigger.kind === 'online' ? 'online' : 'live'}` : kind;
}

function upToHundred(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw new InvalidArgumentError('Expected a whole number from 1 to 100.');
}
