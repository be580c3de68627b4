import { Command, Option } from 'commander';
import { apiAt, isApiOf, isRepository, usualHost } from '../../shared/git/naming.ts';
import type { ProviderName } from '../../shared/git/told.ts';
import { refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import type { Io } from '../io.ts';
import type { Options } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Refused, type Result, refused } from '../result.ts';
import { apiAddress, hostName, type PilotPlace, pilotPlace, repositoryName } from './arguments.ts';
import { deskOf, hookUrl, performingToken, secretsTrouble } from './desk.ts';
import { perform } from './perform.ts';
import { isSigning, newSecret, tokenName, webhookSecretName } from './secrets.ts';
import { setupJson, setupText } from './setup.ts';
import { WORDS } from './words.ts';

interface ConnectOptions extends Options {
  pilot?: PilotPlace[];
  host?: string;
  api?: string;
  perform?: boolean;
  showSecret?: boolean;
  signing?: boolean;
}

export function connectProviderCommand(cli: Cli, provider: ProviderName): Command {
  const { name, variable } = WORDS[provider];
  const usual = usualHost(provider);
  const command = new Command(provider)
    .description(
      `Connect a repository at ${provider === 'bitbucket-server' ? 'your own Bitbucket Data Center' : name}.`,
    )
    .argument(
      '<repository>',
      provider === 'gitlab' ? 'group/name, also group/group/name' : 'owner/name',
      repositoryName,
    )
    .addOption(
      new Option(
        '--pilot <name[=path]>',
        'a pilot that it deploys, and its manifest (default: pilot.yaml); once for each pilot',
      ).argParser(pilotPlace),
    )
    .addOption(new Option('--host <host>', `where it is${usual ? ` (default: ${usual})` : ''}`).argParser(hostName))
    .addOption(new Option('--api <url>', 'where its API is, if elsewhere on that host').argParser(apiAddress))
    .addOption(new Option('--perform', `make the webhook, with the token in ${variable} or the stored one`))
    .option('--show-secret', 'print the webhook’s secret')
    .addHelpText(
      'after',
      `
Makes the webhook's secret in Secrets Manager, keeps the connection, and says what is to be set up; with --perform it
makes the webhook itself. The pilots that are named are all that the repository deploys, once the operator allows it.
The same once more changes them and keeps the secret; without --pilot the pilots stay.

Examples:
  pilot connect ${provider} acme/shop${usual ? '' : ' --host git.example.com'} --pilot acme-shop
  pilot connect ${provider} acme/apps${usual ? '' : ' --host git.example.com'} --pilot acme-shop=shop/pilot.yaml --pilot acme-wiki=wiki/pilot.yaml --perform

Exit codes: 0 connected · 1 connected, but ${name} did not take the webhook · 2 usage · 3 AWS cannot be reached`,
    )
    .action((repository: string, _, self: Command) =>
      cli.run<ConnectOptions>(self, (options) => connect(provider, repository, options, cli.io).catch(secretsTrouble)),
    );
  if (provider === 'gitlab')
    command.option('--signing', 'the secret is a key that signs, where GitLab has the field “Signing token”');
  return command;
}

async function connect(provider: ProviderName, named: string, options: ConnectOptions, io: Io): Promise<Result> {
  const reached = reachedBy(provider, named, options);
  if (isRefused(reached)) return reached;
  const { repository } = reached;
  const desk = await deskOf(options, io);
  if (isRefused(desk)) return desk;
  const asked = await desk.api.ask({ action: 'connection', repository });
  if (!asked.ok) return refusedByApi(asked);
  const { id, connection: before } = asked.answer;
  const pilots = options.pilot ?? before?.pilots;
  if (!pilots)
    return refused(2, {
      code: 'USAGE',
      message: 'nothing says which pilot it deploys',
      expected: '--pilot <name[=path]>',
    });
  const token = options.perform ? await performingToken(desk, { id, provider }, io) : undefined;
  if (typeof token === 'object') return token;

  const name = webhookSecretName(desk.stack, id);
  const secret = await desk.secrets.ensure(
    name,
    () => newSecret(options.signing === true),
    `signs webhooks of ${repository}`,
  );
  const api = reached.api ?? (before?.provider === provider ? before.api : reached.usual);
  const request = { action: 'connect', provider, repository, api, pilots, requestedBy: requestedBy() } as const;
  const kept = await desk.api.ask(request);
  if (!kept.ok) return refusedByApi(kept);
  const made = token === undefined ? undefined : await perform(desk, kept.answer, token, request);
  if (made && isRefused(made)) return made;

  // GitLab alone has two fields, one for each kind of secret.
  const isAsked = options.showSecret || provider === 'gitlab';
  const shown = isAsked ? (await desk.secrets.read(name))?.text : undefined;
  const setup = {
    ...{ details: kept.answer, secret, url: hookUrl(desk, { provider, id }), isNew: before === undefined },
    isSigning: shown !== undefined && isSigning(shown),
    ...(made && { hook: made.hook }),
    ...(options.showSecret && shown !== undefined && { shown }),
    tokenIs: await desk.secrets.look(tokenName(desk.stack, id)),
  };
  return { exit: 0, json: setupJson(setup, desk.stack), text: setupText(setup, desk.stack) };
}

/** The repository's whole name, where its API usually is, and where it is said to be. */
function reachedBy(
  provider: ProviderName,
  named: string,
  { host = usualHost(provider), api }: ConnectOptions,
): { repository: string; usual: string; api?: string } | Refused {
  if (!host)
    return refused(2, {
      code: 'USAGE',
      message: 'nothing says where this Bitbucket is',
      expected: '--host git.example.com',
    });
  const repository = named.startsWith(`${host}/`) ? named : `${host}/${named}`;
  if (!isRepository(repository) || (provider !== 'gitlab' && repository.split('/').length !== 3))
    return refused(2, {
      code: 'USAGE',
      message: `${repository} cannot be a repository at ${WORDS[provider].name}`,
      expected: provider === 'gitlab' ? 'group/name or group/group/name' : 'owner/name',
      hint: 'one that is elsewhere: --host git.example.com',
    });
  const usual = apiAt(provider, host);
  const address = api ?? usual;
  if (isApiOf(provider, repository, address)) return { repository, usual, ...(api !== undefined && { api }) };
  return refused(2, {
    code: 'USAGE',
    message: `${address} is no place for the API of ${repository}: tokens are sent there`,
    expected: 'https, at the repository’s host or beside it, and a provider whose host this is',
  });
}
