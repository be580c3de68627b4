import type { ConnectionDetails, ConnectionView } from '../../shared/api.ts';
import type { GitHost } from '../../shared/git/host.ts';
import type { Io } from '../io.ts';
import { type Check, missing, ok, unknown } from './check.ts';
import { atProvider, type Desk, hookUrl, hostAt, storeCommand } from './desk.ts';
import { lastPushCheck } from './last-push.ts';
import { pilotChecks } from './pilot-checks.ts';
import { isDenied, tokenName, webhookSecretName } from './secrets.ts';
import { WORDS } from './words.ts';

/** Looks at all that a push needs, from the secret to the operator's leave, with the stored token and the caller's rights. */
export async function checksOf(
  desk: Desk,
  details: ConnectionDetails,
  connection: ConnectionView,
  io: Io,
): Promise<Check[]> {
  const secret = await secretCheck(desk, connection);
  const [token, check] = await tokenCheck(desk, connection);
  const reached = await atProvider(() => hostAt(connection, token));
  const last = lastPushCheck(details);
  if ('trouble' in reached) {
    const repository = missing('repository', reached.trouble, readable(connection));
    return [secret, check, repository, ...(await pilotChecks(undefined, details, connection)), last];
  }
  const host = reached.done;
  const [repository, commit] = await headCheck(host, connection);
  const manifests = await pilotChecks(commit === undefined ? undefined : { host, commit }, details, connection);
  return [secret, check, repository, ...manifests, await hookCheck(desk, host, connection, io), last];
}

async function secretCheck({ stack, secrets }: Desk, { id, repository }: ConnectionView): Promise<Check> {
  const name = webhookSecretName(stack, id);
  const found = await secrets.look(name);
  if (found === 'there') return ok('secret', name);
  if (found === 'denied')
    return unknown('secret', `you may not look at ${name}`, 'secretsmanager:DescribeSecret on it');
  const says = found === 'deleted' ? `${name} is about to be deleted` : `there is no ${name}`;
  return missing('secret', says, `connect ${repository} once more: pilot connect makes it, or brings it back`);
}

/** The token, where there is one that may be read. */
async function tokenCheck(
  { stack, secrets }: Desk,
  { id, provider }: ConnectionView,
): Promise<[string | undefined, Check]> {
  const name = tokenName(stack, id);
  try {
    const stored = await secrets.read(name);
    if (stored) return [stored.text, ok('token', name)];
    const next = `store one (${WORDS[provider].token}): ${storeCommand(stack, id)}`;
    return [undefined, missing('token', `there is no ${name}: only what is public can be read`, next)];
  } catch (error) {
    if (!isDenied(error)) throw error;
    const next = 'secretsmanager:GetSecretValue on it; what follows is as anybody sees it';
    return [undefined, unknown('token', `you may not read ${name}`, next)];
  }
}

/** The newest commit of the default branch, which the token has to be able to read. */
async function headCheck(host: GitHost, connection: ConnectionView): Promise<[Check, string | undefined]> {
  const looked = await atProvider(async () => {
    const branch = await host.defaultBranch();
    return { branch, head: await host.head({ kind: 'branch', name: branch }) };
  });
  if ('trouble' in looked) return [missing('repository', looked.trouble, readable(connection)), undefined];
  const { branch, head } = looked.done;
  if (head === undefined)
    return [missing('repository', `${branch}, the default branch, has no commit`, 'push one'), undefined];
  return [ok('repository', `${branch} is at ${head.slice(0, 12)}`), head];
}

const readable = ({ provider, repository, id }: ConnectionView): string =>
  `see that ${repository} is there, and that its token may read it (${WORDS[provider].token}); the token’s secret ends in git/${id}/token`;

/** Those who may not see webhooks cannot tell: pushes that arrived can. */
async function hookCheck(desk: Desk, host: GitHost, connection: ConnectionView, io: Io): Promise<Check> {
  const { provider, repository } = connection;
  const { name, variable, performing, settings, hooks } = WORDS[provider];
  const url = hookUrl(desk, connection);
  const own = io.env[variable]?.trim();
  const seen = async () => {
    const looked = await atProvider(() => host.hooks(url));
    if ('done' in looked || !looked.isHidden || !own) return looked;
    return atProvider(async () => (await hostAt(connection, own)).hooks(url));
  };
  const looked = await seen();
  if ('trouble' in looked && looked.isHidden)
    return unknown(
      'webhook',
      'the token may not see webhooks',
      `look at ${hooks(repository)}, or put a token into ${variable} that may (${performing})`,
    );
  const again = `pilot connect ${provider} ${repository} --perform, or by hand at ${settings(repository)}`;
  if ('trouble' in looked) return missing('webhook', looked.trouble, 'the same once more');
  const [hook] = looked.done;
  if (!hook) return missing('webhook', `none at ${name} leads to ${url}`, `make it: ${again}`);
  if (looked.done.some(({ isActive }) => isActive)) return ok('webhook', url);
  return missing('webhook', `${url} is not active at ${name}`, `activate it: ${again}`);
}
