import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { optionsOf } from '../advice.ts';
import { type Api, lambdaApi, refusedByApi } from '../api.ts';
import { goBackText, restorePlanText } from '../backups/text.ts';
import type { Cli } from '../cli.ts';
import { followOrLeave } from '../following.ts';
import { type Io, painter } from '../io.ts';
import { type FollowOptions, followOptions, pilotName, snapshotName } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, problemText, type Result, refused } from '../result.ts';
import { findStack, type Stack } from '../stack.ts';

interface RestoreOptions extends FollowOptions {
  snapshot: string;
  inPlace?: boolean;
  confirm?: string;
}

export const restoreCommand = (cli: Cli): Command =>
  followOptions(new Command('restore'))
    .description(
      'Show what going back to a snapshot would lose, and restore it: beside the present database, or in its place.',
    )
    .argument('<name>', 'the pilot', pilotName)
    .addOption(
      new Option('--snapshot <id>', 'which one; pilot backups lists them')
        .argParser(snapshotName)
        .makeOptionMandatory(),
    )
    .option('--in-place', 'the snapshot takes the place of the pilot’s own database, while the pilot is offline')
    .option('--confirm <name>', 'the pilot’s name once more: without it, nothing is restored', pilotName)
    .addHelpText(
      'after',
      `
Beside the present one, the restored database is as the pilot's own: its network, its settings, its class. The pilot goes on
with the one that it has, and nothing in that is changed: what is needed of the other is copied from there. pilot backups
tells, once it is there, where it is, where its password lies, and what to type. It costs what such a database costs until
somebody removes it.

With --in-place the pilot's own database goes back to the snapshot. The pilot has to be offline, and stays so: pilot online
brings it back. A new database is made from the snapshot; then the one before is removed, and leaves a last snapshot, which
can be gone back to in the same way. RDS keeps its automatic backups for as many days as before; those of a database that was
itself made from a snapshot go with it. Without --confirm it is told which moments these are. Migrations that are not in the
snapshot run again as the pilot comes back. It takes as long as RDS takes to make a database of that size: minutes to hours.

Examples:
  pilot restore acme-shop --snapshot pilotage-backup-acme-shop-production-20261121030000
  pilot restore acme-shop --snapshot pilotage-backup-acme-shop-production-20261121030000 --confirm acme-shop
  pilot offline acme-shop
  pilot restore acme-shop --snapshot pilotage-backup-acme-shop-production-20261121030000 --in-place --confirm acme-shop
  pilot online acme-shop

Exit codes: 0 restored, or on its way (beside, or with --no-follow) · 1 only shown, failed, or --timeout was over
  2 no such pilot or snapshot, not offline, or usage · 3 AWS cannot be reached · 130 Ctrl-C; it goes on`,
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
  if (confirm === undefined) return onlyShow(of, options.inPlace === true, api, stack, io);
  return options.inPlace ? goBack(of, api, stack, options, io) : begin(of, api, stack);
}

interface Of {
  pilot: string;
  environment: string;
  snapshot: string;
}

async function onlyShow(of: Of, inPlace: boolean, api: Api, stack: Stack, io: Io): Promise<Result> {
  const asked = await api.ask({ action: 'restorable', ...of, ...(inPlace && { inPlace }) });
  if (!asked.ok) return refusedByApi(asked);
  const { pilot, environment, snapshot } = of;
  const options = optionsOf({ environment }, stack.stage);
  const { problem } = asked.answer;
  if (problem) {
    const text = `${restorePlanText(asked.answer)}\n\nNothing was restored. In place, it cannot be:\n${problemText(problem, undefined, painter(io.out, io.env))}`;
    return { exit: 1, json: { ...asked.answer, restored: false }, text };
  }
  const command = `pilot restore ${pilot} --snapshot ${snapshot}${inPlace ? ' --in-place' : ''} --confirm ${pilot}${options}`;
  const how = inPlace
    ? goBackText(asked.answer, command, options)
    : `To restore it beside the present database:\n  ${command}`;
  const text = `${restorePlanText(asked.answer)}\n\nNothing was restored. ${how}`;
  return { exit: 1, json: { ...asked.answer, restored: false, command }, text };
}

async function goBack(of: Of, api: Api, stack: Stack, options: FollowOptions, io: Io): Promise<Result> {
  const request = `${new Date().toISOString()}/${randomUUID()}`;
  const asked = await api.ask({ action: 'rewind', ...of, request, requestedBy: requestedBy() });
  if (!asked.ok) return refusedByApi(asked);
  const { deployment: id, snapshot, release } = asked.answer;
  const { pilot, environment } = of;
  const text = `${snapshot} takes the place of the database of ${pilot} in ${environment}, which stays offline\n  as       ${id}`;
  return followOrLeave({ id, json: { pilot, environment, snapshot, release }, text }, api, stack, options, io);
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
