import { Command, CommanderError } from 'commander';
import about from '../package.json' with { type: 'json' };
import { type Cli, newCli } from './cli.ts';
import { backupsCommand } from './commands/backups.ts';
import { cancelCommand } from './commands/cancel.ts';
import { configCommand } from './commands/config.ts';
import { connectCommand } from './commands/connect.ts';
import { deployCommand } from './commands/deploy.ts';
import { diffCommand } from './commands/diff.ts';
import { edgeCommand } from './commands/edge.ts';
import { execCommand } from './commands/exec.ts';
import { explainCommand } from './commands/explain.ts';
import { historyCommand } from './commands/history.ts';
import { initCommand } from './commands/init.ts';
import { logsCommand } from './commands/logs.ts';
import { migrateCommand } from './commands/migrate.ts';
import { offlineCommand } from './commands/offline.ts';
import { onlineCommand } from './commands/online.ts';
import { openCommand } from './commands/open.ts';
import { planCommand } from './commands/plan.ts';
import { previewsCommand } from './commands/previews.ts';
import { pushesCommand } from './commands/pushes.ts';
import { removeCommand } from './commands/remove.ts';
import { restoreCommand } from './commands/restore.ts';
import { retryCommand } from './commands/retry.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { schemaCommand } from './commands/schema.ts';
import { statusCommand } from './commands/status.ts';
import { validateCommand } from './commands/validate.ts';
import type { Io } from './io.ts';
import { commonOptions } from './options.ts';
import { type Exit, refused, show } from './result.ts';

const commands = [
  initCommand,
  validateCommand,
  planCommand,
  diffCommand,
  configCommand,
  deployCommand,
  statusCommand,
  historyCommand,
  openCommand,
  logsCommand,
  execCommand,
  migrateCommand,
  rollbackCommand,
  offlineCommand,
  onlineCommand,
  removeCommand,
  backupsCommand,
  restoreCommand,
  edgeCommand,
  connectCommand,
  pushesCommand,
  previewsCommand,
  cancelCommand,
  retryCommand,
  explainCommand,
  schemaCommand,
];

/** Runs `pilot` with these arguments. @returns the exit code. */
export async function pilot(args: string[], io: Io): Promise<Exit> {
  const cli = newCli(io);
  const json = args.includes('--json');
  try {
    await assemble(cli, json).parseAsync(args, { from: 'user' });
    return cli.exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const message =
      error.code === 'commander.help' ? 'no command was named' : plain(error.message).replace(/^error: /, '');
    return json ? show(refused(2, { code: 'USAGE', message, hint: 'pilot --help' }), json, io) : 2;
  }
}

function assemble(cli: Cli, json: boolean): Command {
  const { out, err } = cli.io;
  const program = commonOptions(new Command('pilot'))
    .description('Deploys pilots to AWS from one file: blue-green, watched, and reversible.')
    .version(about.version, '-V, --version', 'show which version of Pilotage this is')
    .helpCommand('help [command]', 'show what a command does')
    .addHelpText(
      'after',
      `
Examples:
  pilot validate examples/static/v1     is the manifest right?
  pilot plan examples/static/v1         what would it make, and cost?
  pilot deploy examples/static/v1       upload it and watch it go live
  pilot status                          what is live?
  pilot rollback acme-site              bring the release before back

Without --aws, --stage or --region, a local stack (npm start) is used where one runs.
Exit codes: 0 done · 1 failed or rolled back · 2 bad manifest or usage · 3 AWS cannot be reached · 130 Ctrl-C`,
    );
  for (const command of commands) program.addCommand(command(cli));
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
    command
      .exitOverride()
      .showHelpAfterError(`(${wordsOf(command)} --help shows how)`)
      .configureHelp({ showGlobalOptions: true })
      .configureOutput({
        writeOut: (text) => out.write(text),
        writeErr: (text) => void (json || err.write(text)),
        outputError: (text, write) => write(plain(text)),
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
  return program;
}

/** How a command is called: `pilot config show`. */
const wordsOf = (command: Command): string =>
  command.parent ? `${wordsOf(command.parent)} ${command.name()}` : command.name();

/** What commander says of a bad value, in plain words: `--env <environment> cannot be 'PROD'.` */
const plain = (message: string): string =>
  message
    .replace(/command-argument value '(.*)' is invalid for argument '(.*?)'\./, "<$2> cannot be '$1'.")
    .replace(/option '(.*?)' argument '(.*)' is invalid\./, "$1 cannot be '$2'.");
