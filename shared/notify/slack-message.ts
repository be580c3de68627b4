import { createHash } from 'node:crypto';
import { type Claim, type Message, notePosting, noteShown } from '../ledger/notices.ts';
import { askSlack, askSlackToRead } from './slack-api.ts';
import type { SlackMessage } from './slack-blocks.ts';
import type { SlackSettings } from './slack-settings.ts';

export type Bot = Extract<SlackSettings, { kind: 'bot' }>;

/** By this a message is found again when the reply to its posting was lost. */
const METADATA_TYPE = 'pilotage_deployment';

/** Answers to an update that mean: that message is no more, or no longer ours. */
const GONE = ['message_not_found', 'cant_update_message', 'edit_window_closed', 'channel_not_found'];

const EXPLAINED: Record<string, string> = {
  not_in_channel: 'invite the bot to the channel, or give it the scope chat:write.public',
  channel_not_found: 'the channel in the settings does not exist, or is private and the bot was not invited',
  is_archived: 'the channel is archived',
  missing_scope: 'the bot needs the scope chat:write',
  invalid_auth: 'the token in the settings is not valid',
  token_revoked: 'the token in the settings was revoked',
  token_expired: 'the token in the settings has expired',
  account_inactive: 'the bot, or its workspace, was removed',
};

/**
 * Makes a deployment's one message show what it should: finds or posts it, or
 * updates it when it shows something else.
 * @param claim held by the caller; its notice says what was sent before.
 * @throws when Slack refuses or cannot be reached.
 */
export async function showMessage(
  bot: Bot,
  claim: Claim,
  deployment: string,
  content: SlackMessage,
  deadline: number,
): Promise<void> {
  const shown = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
  const { notice } = claim;
  if (notice.message && notice.shown === shown) return;

  const known =
    notice.message ?? (notice.postingSince && (await findPosted(bot, deployment, notice.postingSince, deadline)));
  const updated = known && (await updateMessage(bot, known, content, deadline));
  const message = updated || (await postMessage(bot, claim, deployment, content, deadline));
  await noteShown(claim, message, shown);
}

async function updateMessage(
  { token }: Bot,
  { channel, ts }: Message,
  content: SlackMessage,
  deadline: number,
): Promise<Message | undefined> {
  const answer = await askSlack('chat.update', token, { channel, ts, ...content }, deadline);
  if (answer.ok) return { channel, ts };
  if (GONE.includes(answer.error)) return undefined;
  throw refusal('chat.update', answer.error);
}

async function postMessage(
  { token, channel }: Bot,
  claim: Claim,
  deployment: string,
  content: SlackMessage,
  deadline: number,
): Promise<Message> {
  await notePosting(claim);
  const metadata = { event_type: METADATA_TYPE, event_payload: { deployment } };
  const post = { channel, ...content, metadata, unfurl_links: false, unfurl_media: false };
  const answer = await askSlack('chat.postMessage', token, post, deadline);
  if (!answer.ok) throw refusal('chat.postMessage', answer.error);
  if (!answer.ts) throw new Error('Slack took the message but did not say where it is');
  return { channel: answer.channel ?? channel, ts: answer.ts };
}

/**
 * Looks whether a posting whose reply was lost arrived. A bot that may not read
 * the channel (`channels:history`) cannot know, and posts again: told twice is
 * better than not told.
 */
async function findPosted(
  { token, channel }: Bot,
  deployment: string,
  since: string,
  deadline: number,
): Promise<Message | undefined> {
  const oldest = Date.parse(since) / 1000 - CLOCK_SECONDS;
  const query = { channel, oldest: String(oldest), include_all_metadata: 'true', limit: '200' };
  const answer = await askSlackToRead('conversations.history', token, query, deadline);
  if (!answer.ok) return undefined;
  const found = answer.messages?.find(
    ({ metadata }) => metadata?.event_type === METADATA_TYPE && metadata.event_payload.deployment === deployment,
  );
  return found && { channel, ts: found.ts };
}

/** How far Slack's clock and ours may be apart. */
const CLOCK_SECONDS = 60;

const refusal = (method: string, error: string): Error =>
  new Error(`Slack refused ${method}: ${error}${EXPLAINED[error] ? ` (${EXPLAINED[error]})` : ''}`);
