import { Command } from 'commander';
import type { ApiAnswer } from '../../shared/api.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import type { Io } from '../io.ts';
import { type Options, pilotName } from '../options.ts';
import { isRefused, type Result, refused } from '../result.ts';
import { findStack } from '../stack.ts';

export const execCommand = (cli: Cli): Command =>
  new Command('exec')
    .description('Run a command in a task or on an instance of what is live, in this terminal.')
    .argument('<name>', 'the pilot', pilotName)
    .argument('[command...]', 'what to run, behind --; a shell where nothing stands there')
    .addHelpText(
      'after',
      `
Examples:
  pilot exec acme-shop
  pilot exec acme-shop -- node scripts/report.js --last week

It goes through ECS Exec or Session Manager, with your own rights: the AWS CLI and its Session Manager plugin have to be installed.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html
Exit codes: 0 done · 1 it ended otherwise · 2 no such pilot, nothing to enter, or usage · 3 AWS cannot be reached`,
    )
    .action((pilot: string, words: string[], _, command: Command) =>
      cli.run<Options>(command, (options) => exec(pilot, words, options, cli.io)),
    );

async function exec(pilot: string, words: string[], options: Options, io: Io): Promise<Result> {
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const { env: environment } = options;
  const asked = await api.ask({ action: 'shell', pilot, ...(environment && { environment }) });
  if (!asked.ok) return refusedByApi(asked);

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
  const inside = words.map(quoted).join(' ');
  if ('instance' in shell) {
    const session = ['aws', 'ssm', 'start-session', '--region', shell.region, '--target', shell.instance];
    if (words.length === 0) return session;
    const parameters = JSON.stringify({ command: [inside] });
    return [...session, '--document-name', 'AWS-StartInteractiveCommand', '--parameters', parameters];
  }
  const { cluster, task, container, region } = shell;
  return [
    ...['aws', 'ecs', 'execute-command', '--region', region, '--cluster', cluster, '--task', task],
    ...['--container', container, '--interactive', '--command', inside || '/bin/sh'],
  ];
}

/** As a shell reads it: one word. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
