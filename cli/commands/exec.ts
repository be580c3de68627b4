import { Command, InvalidArgumentError, Option } from 'commander';
import type { ApiAnswer } from '../../shared/api.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import type { Io } from '../io.ts';
import { milliseconds, type Options, pilotName } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Result, refused } from '../result.ts';
import { runThere } from '../running.ts';
import { findStack } from '../stack.ts';

interface ExecOptions extends Options {
  /** Milliseconds. */
  timeout: number;
}

export const execCommand = (cli: Cli): Command =>
  new Command('exec')
    .description('Run a command in a task or on an instance of what is live, in this terminal.')
    .argument('<name>', 'the pilot', pilotName)
    .argument('[command...]', 'what to run, behind --; a shell where nothing stands there')
    .addOption(
      new Option('--timeout <time>', 'on an instance: end the command after this, 5s to 24h')
        .argParser(runningTime)
        .default(3_600_000, '1h'),
    )
    .addHelpText(
      'after',
      `
Examples:
  pilot exec acme-shop
  pilot exec acme-shop -- node scripts/report.js --last week
  pilot exec acme-render --json -- node scripts/count.js | jq -r .stdout

On an instance a command goes through Run Command of Systems Manager: it runs as the pilot does, with its user, folder and
environment, without a terminal or input. What it writes is shown once it is over, up to 24,000 characters of it; all of it
goes to the pilot's log group. AWS keeps the words of the command: let there be no secret among them.
A shell there, and everything in a task, goes through Session Manager or ECS Exec, with your own rights: for these the AWS CLI
and its Session Manager plugin have to be installed.
https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html
Exit codes: on an instance the command's own, otherwise 0 done · 1 it ended otherwise · 2 no such pilot, nothing to enter, or
usage · 3 AWS cannot be reached · 130 Ctrl-C: the command goes on`,
    )
    .action((pilot: string, words: string[], _, command: Command) =>
      cli.run<ExecOptions>(command, (options) => exec(pilot, words, options, cli.io)),
    );

async function exec(pilot: string, words: string[], options: ExecOptions, io: Io): Promise<Result> {
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const { env: environment } = options;
  const asked = await api.ask({ action: 'shell', pilot, ...(environment && { environment }) });
  if (!asked.ok) return refusedByApi(asked);

  if ('instance' in asked.answer && words.length > 0) {
    const of = { pilot, ...(environment && { environment }) };
    const seconds = Math.round(options.timeout / 1_000);
    return runThere(api, { ...of, command: words, seconds, requestedBy: requestedBy() }, options.json ?? false, io);
  }
  const command = entering(asked.answer, words);
  if (options.json) return { exit: 0, json: { command }, text: '' };
  const code = await io.run?.(command);
  if (code !== undefined) return { exit: code === 0 ? 0 : 1, json: { command }, text: '' };
  return refused(2, {
    code: 'AWS_CLI_MISSING',
    message: 'the AWS CLI is not installed, which enters tasks and instances',
    hint: `install it and its Session Manager plugin, or run elsewhere: ${command.map(quoted).join(' ')}`,
  });
}

type Entered = Extract<ApiAnswer<'shell'>, { ok: true }>['answer'];

function entering(shell: Entered, words: string[]): string[] {
  if ('instance' in shell) return ['aws', 'ssm', 'start-session', '--region', shell.region, '--target', shell.instance];
  const inside = words.map(quoted).join(' ');
  const { cluster, task, container, region } = shell;
  return [
    ...['aws', 'ecs', 'execute-command', '--region', region, '--cluster', cluster, '--task', task],
    ...['--container', container, '--interactive', '--command', inside || '/bin/sh'],
  ];
}

/** As a shell reads it: one word. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function runningTime(time: string): number {
  const value = milliseconds(time);
  if (value >= 5_000) return value;
  throw new InvalidArgumentError('Expected at least 5s.');
}
