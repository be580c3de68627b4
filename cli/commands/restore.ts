import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { optionsOf } from '../advice.ts';
import { type Api, lambdaApi, refusedByApi } from '../api.ts';
import { restorePlanText } from '../backups/text.ts';
import type { Cli } from '../cli.ts';
import type { Io } from '../io.ts';
import { type Options, pilotName, snapshotName } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Result, refused } from '../result.ts';
import { findStack, type Stack } from '../stack.ts';

interface RestoreOptions extends Options {
  snapshot: string;
  confirm?: string;
}

export const restoreCommand = (cli: Cli): Command =>
  new Command('restore')
    .description(
      'Show what going back to a snapshot would lose, and restore it into a database beside the present one.',
    )
    .argument('<name>', 'the pilot', pilotName)
    .addOption(
      new Option('--snapshot <id>', 'which one; pilot backups lists them')
        .argParser(snapshotName)
        .makeOptionMandatory(),
    )
    .option('--confirm <name>', 'the pilot’s name once more: without it, nothing is restored', pilotName)
    .addHelpText(
      'after',
      `
The restored database is as the pilot's own: its network, its settings, its class. The pilot goes on with the one that it
has, and nothing in that is changed: what is needed of the other is copied from there. pilot backups tells, once it is there,
where it is, where its password lies, and what to type. It costs what such a database costs until somebody removes it.

Examples:
  pilot restore acme-shop --snapshot pilotage-backup-acme-shop-production-20261121030000
  pilot restore acme-shop --snapshot pilotage-backup-acme-shop-production-20261121030000 --confirm acme-shop

Exit codes: 0 on its way · 1 only shown · 2 no such pilot or snapshot, or usage · 3 AWS cannot be reached`,
    )
    .action((pilot: string, _, command: Command) =>
      cli.run<RestoreOptions>(command, (options) => restore(pilot, options, cli.io)),
    );

async function restore(pilot: string, options: RestoreOptions, io: Io): Promise<Result> {
  const { env: environment = DEFAULT_ENVIRONMENT, snapshot, confirm } = options;
  if (confirm !== undefined && confirm !== pilot)
    return refused(2, { code: 'NOT_CONFIRMED', message: `--confirm ${confirm} names another pilot than ${pilot}` });
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const of = { pilot, environment, snapshot };
  return confirm === undefined ? onlyShow(of, api, stack) : begin(of, api, stack);
}

interface Of {
  pilot: string;
  environment: string;
  snapshot: string;
}

async function onlyShow(of: Of, api: Api, stack: Stack): Promise<Result> {
  const asked = await api.ask({ action: 'restorable', ...of });
  if (!asked.ok) return refusedByApi(asked);
  const { pilot, environment, snapshot } = of;
  const options = optionsOf({ environment }, stack.stage);
  const command = `pilot restore ${pilot} --snapshot ${snapshot} --confirm ${pilot}${options}`;
  const text = `${restorePlanText(asked.answer)}\n\nNothing was restored. To restore it beside the present database:\n  ${command}`;
  return { exit: 1, json: { ...asked.answer, restored: false, command }, text };
}

async function begin(of: Of, api: Api, stack: Stack): Promise<Result> {
  const request = `${new Date().toISOString()}/${randomUUID()}`;
  const asked = await api.ask({ action: 'restore', ...of, request, requestedBy: requestedBy() });
  if (!asked.ok) return refusedByApi(asked);
  const { snapshot, instance } = asked.answer;
  const look = `how it goes: pilot backups ${of.pilot}${optionsOf(of, stack.stage)}`;
  const text = `${snapshot} is restored into ${instance}, which stays beside the present database\n  ${look}\n  once it is there, that tells how to reach it, and what to do to go back to what is in it`;
  return { exit: 0, json: { ...of, ...asked.answer }, text };
}
