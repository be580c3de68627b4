import type { ConnectionView } from '../../shared/api.ts';
import type { GitHost } from '../../shared/git/host.ts';
import { type Api, lambdaApi } from '../api.ts';
import { awsCommand } from '../aws-command.ts';
import type { Io } from '../io.ts';
import type { Options } from '../options.ts';
import { isRefused, type Refused, refused } from '../result.ts';
import { findStack, type Stack } from '../stack.ts';
import { isDenied, type Secrets, secretsOf, tokenName } from './secrets.ts';
import { WORDS } from './words.ts';

/** All that a command about a connection works with. */
export interface Desk {
  stack: Stack & { webhookUrl: string };
  api: Api;
  secrets: Secrets;
}

export async function deskOf(options: Options, io: Io): Promise<Desk | Refused> {
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const { webhookUrl } = stack;
  if (!webhookUrl)
    return refused(3, {
      code: 'STACK_INCOMPLETE',
      message: `the stack pilotage-${stack.stage} has no output WebhookUrl, where webhooks are sent`,
      hint: 'install it again with this version of Pilotage',
    });
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  return { stack: { ...stack, webhookUrl }, api, secrets: await secretsOf(stack.connection) };
}

type Reached = Pick<ConnectionView, 'id' | 'provider' | 'repository' | 'api'>;

/** Where the provider tells of pushes. */
export const hookUrl = ({ stack }: Desk, { provider, id }: Pick<Reached, 'provider' | 'id'>): string =>
  `${stack.webhookUrl.replace(/\/+$/, '')}/${provider}/${id}`;

/** Who may do the rest may not see to secrets for that: says which rights it takes. */
export function secretsTrouble(error: unknown): Refused {
  const { message = '' } = Object(error) as { message?: string };
  if (!isDenied(error) || !message.includes('secretsmanager:')) throw error;
  return refused(3, {
    code: 'ACCESS_DENIED',
    message: `AWS does not allow you this (${message})`,
    hint: 'ask who runs Pilotage for CreateSecret, DescribeSecret, GetSecretValue, PutSecretValue, RestoreSecret and DeleteSecret of secretsmanager, on secret:pilotage-<stage>/git/*',
  });
}

/** A token that webhooks may be made with: that of whoever types, or the stored one, read with their rights. */
export async function performingToken(
  { stack, secrets }: Desk,
  { id, provider }: Pick<Reached, 'id' | 'provider'>,
  io: Io,
): Promise<string | Refused> {
  const { name, variable, token, performing } = WORDS[provider];
  const own = io.env[variable]?.trim();
  if (own) return own;
  const stored = await secrets.read(tokenName(stack, id));
  if (stored) return stored.text;
  return refused(2, {
    code: 'TOKEN_MISSING',
    message: `there is no token to make webhooks at ${name} with: neither in ${variable} nor in ${tokenName(stack, id)}`,
    expected: `one that may do this: ${token}; and ${performing}`,
    hint: `export ${variable}, or store it: ${storeCommand(stack, id)}; without --perform, what is to be done by hand is shown`,
  });
}

export const storeCommand = (stack: Stack, id: string): string =>
  `${awsCommand('secretsmanager', stack.connection)} create-secret --name ${tokenName(stack, id)} --secret-string file://token.txt`;

export const showCommand = (stack: Stack, name: string): string =>
  `${awsCommand('secretsmanager', stack.connection)} get-secret-value --secret-id ${name} --query SecretString --output text`;

/** The repository at its provider. */
export async function hostAt(connection: Reached, token: string | undefined): Promise<GitHost> {
  const { hostOf } = await import('../../shared/git/hosts/index.ts');
  return hostOf(connection, token);
}

/** Does something at the provider. @returns in its words what kept it from that. */
export async function atProvider<T>(
  act: () => Promise<T>,
): Promise<{ done: T } | { trouble: string; isHidden: boolean; isMissing: boolean }> {
  const { HostTrouble } = await import('../../shared/git/host.ts');
  try {
    return { done: await act() };
  } catch (error) {
    if (!(error instanceof HostTrouble)) throw error;
    // Of what a token may not see, some providers say that it is not there.
    const isMissing = error.fault === 'missing';
    return { trouble: error.message, isHidden: isMissing || error.fault === 'denied', isMissing };
  }
}
