import { Command } from 'commander';
import type { ConnectionView } from '../../shared/api.ts';
import { refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import type { Io } from '../io.ts';
import type { Options } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Result } from '../result.ts';
import { repositoryName } from './arguments.ts';
import { atProvider, type Desk, deskOf, hookUrl, hostAt, performingToken, secretsTrouble } from './desk.ts';
import { notConnected } from './rotate.ts';
import { RECOVERY_DAYS, tokenName, webhookSecretName } from './secrets.ts';
import { WORDS } from './words.ts';

interface RemoveOptions extends Options {
  yes?: boolean;
  perform?: boolean;
}

export const connectRemoveCommand = (cli: Cli): Command =>
  new Command('remove')
    .description('Disconnect a repository: its pushes deploy nothing any more. What it deployed stays.')
    .argument('<repository>', 'owner/name, or all of its name', repositoryName)
    .option('-y, --yes', 'do it: without this, it is only shown what would be removed')
    .option('--perform', 'remove the webhook at the provider, too, with a token as for connect')
    .addHelpText(
      'after',
      `
The secrets of the connection, its token among them, are deleted ${RECOVERY_DAYS} days later; connecting the repository again before that
brings the webhook's secret back.

Examples:
  pilot connect remove acme/shop
  pilot connect remove acme/shop --perform --yes

Exit codes: 0 removed · 1 only shown, or the webhook is still at the provider · 2 no such repository, or usage
  3 AWS cannot be reached`,
    )
    .action((repository: string, _, command: Command) =>
      cli.run<RemoveOptions>(command, (options) => remove(repository, options, cli.io).catch(secretsTrouble)),
    );

async function remove(named: string, options: RemoveOptions, io: Io): Promise<Result> {
  const desk = await deskOf(options, io);
  if (isRefused(desk)) return desk;
  const asked = await desk.api.ask({ action: 'connection', repository: named });
  if (!asked.ok) return refusedByApi(asked);
  const { id, repository, connection } = asked.answer;
  const secrets = [webhookSecretName(desk.stack, id), tokenName(desk.stack, id)];
  if (!options.yes) return connection ? onlyShow(connection, secrets, desk, options) : notConnected(repository);
  const token = connection && options.perform ? await performingToken(desk, connection, io) : undefined;
  if (typeof token === 'object') return token;

  const gone = await desk.api.ask({ action: 'disconnect', repository, requestedBy: requestedBy() });
  if (!gone.ok) return refusedByApi(gone);
  const trouble = connection && token !== undefined ? await removeHooks(desk, connection, token) : undefined;
  const removed: string[] = [];
  for (const name of secrets) if (await desk.secrets.remove(name)) removed.push(name);
  // Whoever was cut off after the first part goes on by the same command.
  if (!connection && removed.length === 0) return notConnected(repository);

  const words = connection && WORDS[connection.provider];
  const left = connection && (token === undefined || trouble !== undefined);
  const text = [
    `${repository} is no longer connected: its pushes deploy nothing; what it deployed stays`,
    ...removed.map((name) => `  ${name} is deleted in ${RECOVERY_DAYS} days`),
    ...(trouble === undefined ? [] : [`  the webhook could not be removed: ${trouble}`]),
    ...(left ? [`  remove the webhook at ${words?.name} by hand: ${hookByHand(connection, desk)}`] : []),
    ...(words && removed.includes(tokenName(desk.stack, id))
      ? [`  take back the token that it held, unless something else needs it: ${words.tokens}`]
      : []),
  ].join('\n');
  const json = {
    ...{ repository, removed: true, secrets: removed, ...(trouble !== undefined && { trouble }) },
    ...(left && { left: { webhook: hookUrl(desk, connection), at: words?.hooks(repository) } }),
  };
  return { exit: trouble === undefined ? 0 : 1, json, text };
}

/** Where a person removes the webhook: one that leads nowhere fails there for ever. */
const hookByHand = (connection: ConnectionView, desk: Desk): string =>
  `at ${WORDS[connection.provider].hooks(connection.repository)}, the one that leads to ${hookUrl(desk, connection)}`;

/** All that lead here. @returns what kept it from that. */
async function removeHooks(desk: Desk, connection: ConnectionView, token: string): Promise<string | undefined> {
  const removed = await atProvider(async () => {
    const host = await hostAt(connection, token);
    for (const { id } of await host.hooks(hookUrl(desk, connection))) await host.removeHook(id);
  });
  return 'done' in removed ? undefined : removed.trouble;
}

function onlyShow(connection: ConnectionView, secrets: string[], desk: Desk, { perform }: RemoveOptions): Result {
  const { repository, pilots, provider } = connection;
  const text = [
    `${repository}, whose pushes deploy ${pilots.map(({ pilot }) => pilot).join(', ')}. It would be removed:`,
    '  the connection: pushes deploy nothing any more; what they deployed stays',
    ...(perform ? [`  the webhook at ${WORDS[provider].name} that leads to ${hookUrl(desk, connection)}`] : []),
    ...secrets.map((name) => `  ${name}, ${RECOVERY_DAYS} days later`),
    ...(perform ? [] : [`The webhook would stay (--perform removes it, too): ${hookByHand(connection, desk)}`]),
    `Nothing was removed. To do it: pilot connect remove ${repository}${perform ? ' --perform' : ''} --yes`,
  ].join('\n');
  return { exit: 1, json: { repository, removed: false, secrets }, text };
}
