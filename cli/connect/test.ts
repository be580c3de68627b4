import { Command } from 'commander';
import { refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { type Io, type Paint, painter, printable } from '../io.ts';
import type { Options } from '../options.ts';
import { isRefused, problemText, type Result } from '../result.ts';
import { repositoryName } from './arguments.ts';
import type { Check } from './check.ts';
import { checksOf } from './checks.ts';
import { deskOf, secretsTrouble } from './desk.ts';
import { notConnected } from './rotate.ts';

export const connectTestCommand = (cli: Cli): Command =>
  new Command('test')
    .description('See whether all is there that a push needs, from the webhook to the operator’s leave.')
    .argument('<repository>', 'owner/name, or all of its name', repositoryName)
    .addHelpText(
      'after',
      `
The provider is asked with the stored token, read with your own rights; a token in GITHUB_TOKEN, GITLAB_TOKEN or
BITBUCKET_TOKEN is used where that one may not see webhooks. Nothing is changed.

Examples:
  pilot connect test acme/shop
  pilot connect test acme/shop --json | jq '.checks[] | select(.state == "missing")'

Exit codes: 0 all is there · 1 something is missing · 2 no such repository, or usage · 3 AWS cannot be reached`,
    )
    .action((repository: string, _, command: Command) =>
      cli.run<Options>(command, (options) => test(repository, options, cli.io).catch(secretsTrouble)),
    );

async function test(named: string, options: Options, io: Io): Promise<Result> {
  const desk = await deskOf(options, io);
  if (isRefused(desk)) return desk;
  const asked = await desk.api.ask({ action: 'connection', repository: named });
  if (!asked.ok) return refusedByApi(asked);
  const { connection, repository } = asked.answer;
  if (!connection) return notConnected(repository);
  const checks = await checksOf(desk, asked.answer, connection, io);
  const paint = painter(io.out, io.env);
  const failing = checks.some(({ state }) => state === 'missing');
  const text = [`${repository} (${connection.provider}, ${connection.id})`, ...checks.map((one) => line(one, paint))];
  return { exit: failing ? 1 : 0, json: { repository, connection: connection.id, checks }, text: text.join('\n') };
}

function line({ check, state, says, next, problems = [] }: Check, paint: Paint): string {
  const sign = { ok: paint('green', '✔'), missing: paint('red', '✖'), unknown: '?' }[state];
  return [
    `${sign} ${check}: ${printable(says)}`,
    ...problems.map((problem) => problemText(problem, undefined, paint).replace(/^/gm, '    ')),
    ...(next === undefined ? [] : [`    → ${printable(next)}`]),
  ].join('\n');
}
