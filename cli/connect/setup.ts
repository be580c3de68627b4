import type { ConnectionDetails, ConnectionView } from '../../shared/api.ts';
import { awsCommand } from '../aws-command.ts';
import { DEFAULT_STAGE } from '../options.ts';
import type { Stack } from '../stack.ts';
import { showCommand, storeCommand } from './desk.ts';
import { type Presence, tokenName, webhookSecretName } from './secrets.ts';
import { SIGNING_FIELD, WORDS } from './words.ts';

/** What was done, and what is left to do. */
export interface Setup {
  details: ConnectionDetails;
  /** It was not connected before. */
  isNew: boolean;
  /** Where the provider is to tell of pushes. */
  url: string;
  secret: 'made' | 'kept' | 'restored';
  isSigning: boolean;
  /** The secret itself, where somebody wants to see it. */
  shown?: string;
  /** The webhook's id, where it was made here. */
  hook?: string;
  tokenIs: Presence;
}

export function setupJson({ details, url, secret, shown, hook, tokenIs }: Setup, stack: Stack): object {
  const { id, connection, allowed, operatorFile } = details;
  const webhook = { url, contentType: 'application/json', secret: webhookSecretName(stack, id), secretIs: secret };
  return {
    connection,
    webhook: { ...webhook, ...(hook && { id: hook }), ...(shown && { value: shown }) },
    token: { secret: tokenName(stack, id), presence: tokenIs },
    allowed,
    operatorFile,
  };
}

/** What people read, step by step; what is there already is left out. */
export function setupText(setup: Setup, stack: Stack): string {
  const { details, isNew } = setup;
  const { connection, repository } = details;
  if (!connection) return `${repository} was removed meanwhile.`;
  const pilots = connection.pilots.map(({ pilot, manifest }) => `${pilot} (${manifest})`).join(', ');
  const steps = [webhookStep(setup, connection, stack), tokenStep(setup, connection, stack), operatorStep(details)];
  const left = steps.filter((step) => step !== undefined).map((step, index) => `${index + 1}. ${step.join('\n   ')}`);
  return [
    `${repository} is connected${isNew ? '' : ' as before, but for what you changed'}, as ${connection.id}: its pushes are for ${pilots}.`,
    ...(setup.hook ? [`The webhook was made at ${WORDS[connection.provider].name}: ${setup.url}`] : []),
    ...(left.length > 0 ? ['To do:', ...left] : []),
    `Whether all is there: pilot connect test ${repository}${stageOption(stack)}`,
  ].join('\n');
}

export const stageOption = ({ stage }: Pick<Stack, 'stage'>): string =>
  stage === DEFAULT_STAGE ? '' : ` --stage ${stage}`;

function webhookStep(
  { url, secret, shown, hook, isSigning }: Setup,
  { id, provider, repository }: ConnectionView,
  stack: Stack,
): string[] | undefined {
  if (hook) return undefined;
  const words = WORDS[provider];
  const name = webhookSecretName(stack, id);
  const was = { made: 'new', kept: 'the one that was there', restored: 'brought back, as it was' }[secret];
  const field = (label: string, value: string) => `${label.padEnd(14)}${value}`;
  return [
    `The webhook, at ${words.settings(repository)}, unless it is there:`,
    field(words.url, url),
    ...(words.contentType ? [field('Content type', words.contentType)] : []),
    field(isSigning ? SIGNING_FIELD : words.secret, shown ?? `${name} (${was}), which this prints:`),
    ...(shown ? [] : [field('', showCommand(stack, name))]),
    field('Events', words.events),
    ...(isSigning
      ? []
      : [`or have it made, with a token in ${words.variable} (${words.performing}): the same with --perform`]),
  ];
}

function tokenStep({ tokenIs }: Setup, { id, provider }: ConnectionView, stack: Stack): string[] | undefined {
  if (tokenIs === 'there') return undefined;
  const { name, token } = WORDS[provider];
  const restore = `${awsCommand('secretsmanager', stack.connection)} restore-secret --secret-id ${tokenName(stack, id)}`;
  return [
    `The token that Pilotage calls ${name} with (${token}):`,
    ...(tokenIs === 'deleted' ? [`${restore}     the one before, which is about to be deleted`] : []),
    ...(tokenIs === 'deleted' ? [] : [storeCommand(stack, id)]),
  ];
}

/** The lines for the operator's file, for what it does not allow everywhere. */
function operatorStep({
  repository,
  allowed,
  operatorFile,
  operatorProblems,
}: ConnectionDetails): string[] | undefined {
  const missing = allowed.filter(({ everywhere }) => !everywhere);
  if (missing.length === 0) return undefined;
  return [
    `The operator’s leave, in ${operatorFile ?? 'operator.yaml'}${operatorProblems ? ', which is wrong at present' : ''} (…#staging for one environment alone):`,
    'pilots:',
    ...missing.flatMap(({ pilot, environments }) => [
      `  ${pilot}:${environments.length > 0 ? `  # so far: ${environments.join(', ')}` : ''}`,
      `    repositories: [${repository}]`,
    ]),
  ];
}
