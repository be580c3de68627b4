import { Command, InvalidArgumentError, Option } from 'commander';
import type { DeploymentNow, DeploymentView } from '../../shared/api.ts';
import { bringsManifest } from '../../shared/events.ts';
import { ofDeployment } from '../../shared/names.ts';
import { duration } from '../../shared/notify/quantities.ts';
import { changedBeside } from '../../shared/notify/sentences.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import { restoredInWords } from '../backups/text.ts';
import type { Cli } from '../cli.ts';
import { idNamed, lastPart } from '../deployment-named.ts';
import { endingText, reasons, warnings } from '../ending.ts';
import { columnsOf, type Io, painter } from '../io.ts';
import { deploymentId, type Options, pilotName } from '../options.ts';
import { isRefused, type Result, refused } from '../result.ts';
import { findStack } from '../stack.ts';
import { clock, type StepRow, saying, stepRows } from '../steps.ts';
import { table } from '../table.ts';

interface HistoryOptions extends Options {
  most: number;
}

export const historyCommand = (cli: Cli): Command =>
  new Command('history')
    .description('Show a pilot’s deployments, newest first, or one of them with all that is known of it.')
    .argument('<name>', 'the pilot', pilotName)
    .argument(
      '[deployment]',
      'one of them: its id, as the column ID or --json shows it, or how it begins',
      deploymentId,
    )
    .addOption(new Option('--most <count>', 'how many, 1 to 100').argParser(upToHundred).default(20))
    .addHelpText(
      'after',
      `
Examples:
  pilot history acme-site
  pilot history acme-site --env staging --most 100
  pilot history acme-site 3f9a1c2e4b5d
  pilot history acme-site acme-site_production_20261121T015715Z-3f9a1c2e4b5d
  pilot history acme-site --json | jq -r '.deployments[0].release'

Exit codes: 0 shown · 2 no such pilot or deployment, or usage · 3 AWS cannot be reached`,
    )
    .action((pilot: string, id: string | undefined, _, command: Command) =>
      cli.run<HistoryOptions>(command, (options) =>
        id ? one(pilot, id, options, cli.io) : history(pilot, options, cli.io),
      ),
    );

/** All that is known of one deployment: its steps, and how it ended. */
async function one(pilot: string, named: string, options: Options, io: Io): Promise<Result> {
  const whose = ofDeployment(named);
  if (whose && whose.pilot !== pilot)
    return refused(2, { code: 'DEPLOYMENT_UNKNOWN', message: `${named} is no deployment of ${pilot}` });
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const id = await idNamed(named, pilot, options, api);
  if (typeof id !== 'string') return id;
  const asked = await api.ask({ action: 'deployment', id });
  if (!asked.ok) return refusedByApi(asked);
  const { answer: deployment } = asked;
  const ending = endingText(deployment, stack.stage, painter(io.out, io.env), stack.connection, columnsOf(io.out));
  return { exit: 0, json: { deployment }, text: `${courseOf(deployment)}\n${ending}` };
}

function courseOf(deployment: DeploymentNow): string {
  const { requestedAt, trigger } = deployment;
  const rows = stepRows(deployment).map((row) => {
    const { name, at, seconds } = row;
    const took = seconds === undefined ? saying(deployment) : duration(Math.round(seconds));
    return `${clock(at)} ${signOf(row)} ${name.padEnd(9)} ${took}`.trimEnd();
  });
  return [`asked for at ${requestedAt.slice(0, 19).replace('T', ' ')}Z, ${trigger.kind}`, ...rows].join('\n');
}

function signOf({ failed, warning, seconds }: StepRow): string {
  if (failed) return '✖';
  if (warning) return '⚠';
  return seconds === undefined ? '…' : '✔';
}

async function history(pilot: string, options: HistoryOptions, io: Io): Promise<Result> {
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const { env: environment, most: count } = options;
  const asked = await api.ask({ action: 'history', pilot, most: count, ...(environment && { environment }) });
  if (!asked.ok) return refusedByApi(asked);
  const deployments = asked.answer;
  const headings = ['REQUESTED (UTC)', 'ID', 'RESULT', 'RELEASE', 'TOOK', 'ASKED BY', 'WHAT'];
  const most = columnsOf(io.out);
  const text = table(headings, deployments.map(row), painter(io.out, io.env), most);
  return { exit: 0, json: { deployments }, text };
}

const row = (deployment: DeploymentView): string[] => [
  deployment.requestedAt.slice(0, 19).replace('T', ' '),
  lastPart(deployment.id),
  deployment.status,
  deployment.release ?? '',
  duration(deployment.seconds),
  deployment.trigger.requestedBy ?? '',
  what(deployment),
];

function what(deployment: DeploymentView): string {
  const { trigger, commit } = deployment;
  const kind = bringsManifest(trigger) && commit ? `${trigger.kind} of ${commit.slice(0, 12)}` : trigger.kind;
  const restored = restoredInWords(deployment);
  return [`${kind}${outcome(deployment)}`, ...(restored ? [restored] : []), ...warnings(deployment)].join('; ');
}

function outcome(deployment: DeploymentView): string {
  const { status, trigger, failure, alreadyLive, step, facts } = deployment;
  if (status === 'running') return `, at ${step ?? 'the start'}`;
  if (failure && status !== 'succeeded') return `, ${failure.step}: ${reasons(deployment).map(firstClause).join('; ')}`;
  return alreadyLive ? `, already ${trigger.kind === 'online' ? 'online' : 'live'}; ${changedBeside(facts)}` : '';
}

/** A command, up to its last backtick: it may have what ends a clause. */
const COMMAND = /^(\w+ )?`.*`/;

/** The rest, of one deployment alone, is told by its id. */
function firstClause(reason: string): string {
  const [line = ''] = reason.split('\n');
  const [command = ''] = COMMAND.exec(line) ?? [];
  return `${command}${line.slice(command.length).split('; ')[0]}`;
}

function upToHundred(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw new InvalidArgumentError('Expected a whole number from 1 to 100.');
}
