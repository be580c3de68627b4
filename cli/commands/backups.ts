import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { optionsOf } from '../advice.ts';
import { type Api, lambdaApi, refusedByApi } from '../api.ts';
import { backupsText } from '../backups/text.ts';
import type { Cli } from '../cli.ts';
import { columnsOf, type Io, painter } from '../io.ts';
import { type Options, pilotName, snapshotName } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Result, refused } from '../result.ts';
import { findStack, type Stack } from '../stack.ts';

interface BackupsOptions extends Options {
  now?: boolean;
  drill?: boolean;
  snapshot?: string;
}

export const backupsCommand = (cli: Cli): Command =>
  new Command('backups')
    .description('Show the copies of a pilot’s data, make one now, or try whether one can be restored.')
    .argument('<name>', 'the pilot', pilotName)
    .option('--now', 'make one now, as the manifest’s backups says')
    .addOption(
      new Option(
        '--drill',
        'restore a snapshot into a database that is removed again, and see how long it takes',
      ).conflicts('now'),
    )
    .addOption(new Option('--snapshot <id>', 'for a drill: this one and not the newest').argParser(snapshotName))
    .addHelpText(
      'after',
      `
Backups are made beside deployments: they change nothing that serves. What could not be made is told to the pilot's
people and tried again. A drill costs what such a database costs for as long as it is there.

Examples:
  pilot backups acme-shop
  pilot backups acme-shop --now
  pilot backups acme-shop --drill --env staging
  pilot restore acme-shop --snapshot pilotage-backup-acme-shop-production-20261121030000

Exit codes: 0 shown, or on its way · 2 no such pilot or snapshot, nothing to back up, or usage · 3 AWS cannot be reached`,
    )
    .action((pilot: string, _, command: Command) =>
      cli.run<BackupsOptions>(command, (options) => backups(pilot, options, cli.io)),
    );

async function backups(pilot: string, options: BackupsOptions, io: Io): Promise<Result> {
  if (options.snapshot && !options.drill)
    return refused(2, { code: 'USAGE', message: '--snapshot goes with --drill; pilot restore restores one for good' });
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  if (options.now || options.drill) return begin(pilot, options, api, stack);
  const { env: environment = DEFAULT_ENVIRONMENT } = options;
  const asked = await api.ask({ action: 'backups', pilot, environment });
  if (!asked.ok) return refusedByApi(asked);
  const most = columnsOf(io.out);
  const of = optionsOf({ environment }, stack.stage);
  return { exit: 0, json: asked.answer, text: backupsText(asked.answer, painter(io.out, io.env), of, most) };
}

async function begin(pilot: string, options: BackupsOptions, api: Api, stack: Stack): Promise<Result> {
  const { env: environment = DEFAULT_ENVIRONMENT, snapshot, drill } = options;
  const request = `${new Date().toISOString()}/${randomUUID()}`;
  const common = { pilot, environment, request, requestedBy: requestedBy() };
  const look = `how it goes: pilot backups ${pilot}${optionsOf({ environment }, stack.stage)}`;
  const begun = (what: string, answer: object): Result => ({
    exit: 0,
    json: { pilot, environment, ...answer },
    text: `${what}\n  ${look}`,
  });
  if (drill) {
    const asked = await api.ask({ action: 'drill', ...common, ...(snapshot && { snapshot }) });
    if (!asked.ok) return refusedByApi(asked);
    const { answer } = asked;
    return begun(`${answer.snapshot} is restored into ${answer.instance}, which is removed again`, answer);
  }
  const asked = await api.ask({ action: 'backup', ...common });
  if (!asked.ok) return refusedByApi(asked);
  return begun(`a backup of ${pilot} in ${environment} is on its way`, asked.answer);
}
