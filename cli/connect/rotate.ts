import { Command } from 'commander';
import { refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import type { Io } from '../io.ts';
import type { Options } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Refused, type Result, refused } from '../result.ts';
import { repositoryName } from './arguments.ts';
import { type Desk, deskOf, hookUrl, performingToken, secretsTrouble, showCommand } from './desk.ts';
import { putHook } from './perform.ts';
import { isSigning, newSecret, type Version, webhookSecretName } from './secrets.ts';
import { SIGNING_FIELD, WORDS } from './words.ts';

interface RotateOptions extends Options {
  perform?: boolean;
  again?: boolean;
  showSecret?: boolean;
  signing?: boolean;
}

/** So long webhooks that are signed with the secret before count: shared/git/secrets.ts */
const OVERLAP_MS = 24 * 3_600_000;

export const connectRotateCommand = (cli: Cli): Command =>
  new Command('rotate')
    .description('Give a repository’s webhook another secret; for a day the one before is taken, too.')
    .argument('<repository>', 'owner/name, or all of its name', repositoryName)
    .option('--perform', 'put it into the webhook, with a token as for connect')
    .option('--again', 'though it was done less than a day ago: what the webhook has by then may be taken no more')
    .option('--show-secret', 'print the new secret')
    .option('--signing', 'for GitLab: a key that signs (“Signing token”)')
    .addHelpText(
      'after',
      `
Of a secret only the one before counts, and for a day: so the next is made no sooner, and the same command within that
time goes on with the one that is new.

Examples:
  pilot connect rotate acme/shop --perform
  pilot connect rotate acme/shop

Exit codes: 0 done · 1 the provider did not take it, and the one before counts for a day
  2 no such repository, or usage · 3 AWS cannot be reached`,
    )
    .action((repository: string, _, command: Command) =>
      cli.run<RotateOptions>(command, (options) => rotate(repository, options, cli.io).catch(secretsTrouble)),
    );

async function rotate(named: string, options: RotateOptions, io: Io): Promise<Result> {
  const desk = await deskOf(options, io);
  if (isRefused(desk)) return desk;
  const asked = await desk.api.ask({ action: 'connection', repository: named });
  if (!asked.ok) return refusedByApi(asked);
  const { connection } = asked.answer;
  if (!connection) return notConnected(asked.answer.repository);
  const { provider, repository, id } = connection;
  if (options.signing && provider !== 'gitlab')
    return refused(2, {
      code: 'USAGE',
      message: `--signing is for GitLab; ${WORDS[provider].name} signs with any secret`,
    });
  const token = options.perform ? await performingToken(desk, connection, io) : undefined;
  if (typeof token === 'object') return token;

  const name = webhookSecretName(desk.stack, id);
  const made = await renewed(desk, name, options);
  if (isRefused(made)) return made;
  const { version, isNew } = made;
  const put = token === undefined ? undefined : await putHook(desk, connection, token);
  const until = new Date(version.madeAt.getTime() + OVERLAP_MS).toISOString();
  if (put && isRefused(put))
    return { ...put, consequence: `the secret is new, and the one before counts until ${until}` };
  if (put) {
    const { pilots, api } = connection;
    const noted = await desk.api.ask({
      ...{ action: 'connect', provider, repository, api, pilots, hook: put.hook, requestedBy: requestedBy() },
    });
    if (!noted.ok) return refusedByApi(noted);
  }

  const field = isSigning(version.text) ? SIGNING_FIELD : WORDS[provider].secret;
  const text = [
    isNew
      ? `${repository} has a new secret: ${name}`
      : `${repository} got its secret less than a day ago: ${name}; another one: --again`,
    `  the one before is taken until ${minute(until)} UTC`,
    ...(put
      ? [`  the webhook at ${WORDS[provider].name} is signed with the new one`]
      : [
          `  put it into the field “${field}” of the webhook that leads to ${hookUrl(desk, connection)}`,
          `  ${options.showSecret ? version.text : showCommand(desk.stack, name)}`,
        ]),
  ].join('\n');
  const json = { repository, secret: name, renewed: isNew, previousUntil: until, ...(put && { hook: put.hook }) };
  return { exit: 0, json: { ...json, ...(options.showSecret && { value: version.text }) }, text };
}

/** A new version, unless the one before is still counted on. */
async function renewed(
  { secrets }: Desk,
  name: string,
  { again, signing }: RotateOptions,
): Promise<{ version: Version; isNew: boolean } | Refused> {
  const current = await secrets.read(name);
  if (!current) return noSecret(name);
  const isYoung = Date.now() - current.madeAt.getTime() < OVERLAP_MS;
  if (isYoung && !again && (await secrets.read(name, 'AWSPREVIOUS'))) return { version: current, isNew: false };
  await secrets.renew(name, newSecret(signing ?? isSigning(current.text)));
  const version = await secrets.read(name);
  return version ? { version, isNew: true } : noSecret(name);
}

const noSecret = (name: string): Refused =>
  refused(1, {
    code: 'SECRET_MISSING',
    message: `there is no secret ${name}, or it is about to be deleted`,
    hint: 'connect the repository once more: pilot connect makes it, or brings it back',
  });

export const notConnected = (repository: string): Refused =>
  refused(2, {
    code: 'REPOSITORY_UNKNOWN',
    message: `${repository} is not connected`,
    expected: 'one that pilot connect list shows',
  });

const minute = (at: string): string => at.slice(0, 16).replace('T', ' ');
