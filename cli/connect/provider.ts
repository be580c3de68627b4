import { Command, Option } from 'commander';
import { usualHost } from '../../shared/git/naming.ts';
import type { ProviderName } from '../../shared/git/told.ts';
import { refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import type { Io } from '../io.ts';
import type { Options } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Refused, type Result, refused } from '../result.ts';
import { apiAddress, hostName, type PilotPlace, pilotPlace, placeText, repositoryName } from './arguments.ts';
import { deskOf, hookUrl, performingToken, secretsTrouble } from './desk.ts';
import { perform } from './perform.ts';
import { reachedBy } from './reached.ts';
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
  yes?: boolean;
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
    .option('-y, --yes', 'though pilots that it deployed so far are not named any more')
    .addHelpText(
      'after',
      `
Makes the webhook's secret in Secrets Manager, keeps the connection, and says what is to be set up; with --perform it
makes the webhook itself. The pilots that are named are all that the repository deploys, once the operator allows it.
The same once more changes them and keeps the secret; without --pilot the pilots stay. One that is left out is deployed
no more: that takes --yes.

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
  const dropped = before?.pilots.filter(({ pilot }) => !pilots.some((one) => one.pilot === pilot)) ?? [];
  if (dropped.length > 0 && !options.yes)
    return wouldDrop(dropped, pilots, `pilot connect ${provider} ${repository}${options.perform ? ' --perform' : ''}`);
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

/** Whoever names one pilot more may not know that the others go. */
function wouldDrop(dropped: PilotPlace[], pilots: PilotPlace[], command: string): Refused {
  const typed = (places: PilotPlace[]) => [command, ...places.map((one) => `--pilot ${placeText(one)}`)].join(' ');
  return refused(2, {
    code: 'PILOTS_DROPPED',
    message: `${dropped.map(({ pilot }) => pilot).join(', ')} would no longer be deployed by this repository`,
    expected: '--yes, or all pilots that it is to deploy',
    hint: `to keep what it deploys: ${typed([...dropped, ...pilots])}; or, to let go of it: ${typed(pilots)} --yes`,
  });
}
