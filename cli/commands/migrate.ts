import { Command, Option } from 'commander';
import type { MigrationView } from '../../shared/api.ts';
import type { Problem } from '../../shared/errors.ts';
import { MEANING } from '../../shared/migrating/settling.ts';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import type { Connection } from '../connection.ts';
import { type Io, type Paint, painter, printable } from '../io.ts';
import { withLogs } from '../log-links.ts';
import { type Options, pilotName, releaseName } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Result, refused } from '../result.ts';
import { findStack } from '../stack.ts';

interface MigrateOptions extends Options {
  status?: boolean;
  settle?: 'done' | 'again';
  release?: string;
}

export const migrateCommand = (cli: Cli): Command =>
  new Command('migrate')
    .description('Show what became of the migrations of a pilot’s database, or say it where Pilotage cannot tell.')
    .argument('<name>', 'the pilot', pilotName)
    .option('--status', 'show them, the latest first (default)')
    .addOption(
      new Option('--settle <how>', 'what a look at the database has shown: done or again, as below').choices([
        'done',
        'again',
      ]),
    )
    .option('--release <release>', 'whose migration is settled, or its first digits', releaseName)
    .addHelpText(
      'after',
      `
A deployment migrates by itself, once for each release. What failed, or was cut off, is never run again by itself.
Look at the database then, and say what is there. Of a migration that failed, or that nobody knows the end of:
  done   ${MEANING.up.done}
  again  ${MEANING.up.again}
Of one that was to be taken back, and is reverting or revert-failed:
  done   ${MEANING.down.done}
  again  ${MEANING.down.again}

Examples:
  pilot migrate acme-shop
  pilot migrate acme-shop --status --env staging --json
  pilot migrate acme-shop --settle done --release 3f9a1c2e
  pilot migrate acme-shop --settle again --release 3f9a1c2e && pilot retry acme-shop

Exit codes: 0 shown, or settled · 2 no such pilot or nothing to settle, or usage · 3 AWS cannot be reached`,
    )
    .action((pilot: string, _, command: Command) =>
      cli.run<MigrateOptions>(command, (options) => migrate(pilot, options, cli.io)),
    );

async function migrate(pilot: string, options: MigrateOptions, io: Io): Promise<Result> {
  const { env: environment = DEFAULT_ENVIRONMENT, settle, release } = options;
  if (release !== undefined && settle === undefined)
    return refused(2, {
      code: 'USAGE',
      message: '--release goes with --settle',
      expected: '--settle done or again, and --release',
    });
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const paint = painter(io.out, io.env);
  if (settle && release) {
    const said = await api.ask({
      action: 'settle',
      pilot,
      environment,
      release,
      as: settle,
      requestedBy: requestedBy(),
    });
    if (!said.ok) return refusedByApi(said);
    return { exit: 0, json: { migration: said.answer }, text: told(said.answer, paint, stack.connection) };
  }
  const asked = await api.ask({ action: 'migrations', pilot, environment });
  if (!asked.ok) return refusedByApi(asked);
  const migrations = asked.answer;
  if (settle) return refused(2, whose(migrations));
  const text =
    migrations.map((one) => told(one, paint, stack.connection)).join('\n\n') ||
    `${pilot} in ${environment} has no migrations`;
  return { exit: 0, json: { migrations }, text };
}

/** What is settled is said by its name: somebody has looked at the database because of that one. */
function whose(migrations: readonly MigrationView[]): Problem {
  const open = migrations.filter(({ todo }) => todo);
  const [only, ...others] = open;
  const names = open.map(({ release }) => release).join(', ');
  return {
    code: 'USAGE',
    message: !only
      ? 'no migration waits for a word'
      : others.length > 0
        ? 'several migrations wait for a word'
        : `whose migration is settled? That of release ${only.release} waits for a word: it is ${only.status}`,
    ...(only?.todo && others.length === 0 && { hint: only.todo }),
    expected: only ? `--release ${others.length > 0 ? `and one of ${names}` : only.release}` : '--release as well',
  };
}

/** One migration: its release and how it stands, then what is known of it. */
function told(migration: MigrationView, paint: Paint, connection: Connection): string {
  const { release, status, at, command, version, down, ranBack, exitCode, snapshot, log = [], more } = migration;
  const { why, todo, settledBy } = migration;
  const entries: [string, string | undefined][] = [
    ['version', version],
    ['ran', command.join(' ')],
    ['ran back', ranBack ? down?.join(' ') : undefined],
    ['exit code', exitCode === undefined ? undefined : String(exitCode)],
    ['because', why],
    ['snapshot', snapshot],
    ['settled by', settledBy],
    ['to do', todo],
    ['log', more],
  ];
  const lines = entries.flatMap(([label, value]) =>
    value ? [`  ${label.padEnd(10)} ${withLogs(printable(value), connection)}`] : [],
  );
  const written = log.map((line) => paint('dim', `  | ${printable(line)}`));
  return [`${release}  ${status}  ${paint('dim', at.slice(0, 19).replace('T', ' '))}`, ...lines, ...written].join('\n');
}
