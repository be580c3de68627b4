import { readSecret } from '../aws/secrets.ts';
import { slackApi } from './slack-api.ts';

/** Either a bot in a channel, whose one message is kept up to date, or a webhook, which can only post. */
export type SlackSettings = { kind: 'bot'; token: string; channel: string } | { kind: 'webhook'; webhook: string };

const CACHED_SECONDS = 300;

let cached: { reference: string; until: number; settings: SlackSettings | undefined } | undefined;

/**
 * Slack as the installation has set it up, read by the reference in
 * `SLACK_SETTINGS` and kept for five minutes.
 * @returns undefined when Slack is not set up: no reference, or nothing behind it.
 * @throws when what is behind it is no settings; the error never quotes it.
 */
export async function slackSettings(): Promise<SlackSettings | undefined> {
  const reference = process.env.SLACK_SETTINGS;
  if (!reference) return undefined;
  if (cached?.reference === reference && Date.now() < cached.until) return cached.settings;
  const value = await readSecret(reference);
  const settings = value === undefined ? undefined : parseSlackSettings(value, reference);
  cached = { reference, until: Date.now() + CACHED_SECONDS * 1000, settings };
  return settings;
}

/** @param value JSON, `{ "token", "channel" }` (the channel's id) or `{ "webhook" }`. */
export function parseSlackSettings(value: string, reference: string): SlackSettings {
  const { token, channel, webhook } = asObject(value);
  if (isFilled(token) && isFilled(channel) && /^[CG][A-Z0-9]+$/.test(channel)) return { kind: 'bot', token, channel };
  if (isFilled(webhook) && isSlackAddress(webhook)) return { kind: 'webhook', webhook };
  throw new Error(
    `${reference} holds no Slack settings: expected JSON with "token" and "channel" (its id, C…), or "webhook" with an address at https://hooks.slack.com/`,
  );
}

/** JSON.parse quotes what it could not read in its error, so that error goes no further. */
function asObject(value: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

const isFilled = (value: unknown): value is string => typeof value === 'string' && /^[!-~]+$/.test(value);

/** Messages go to Slack and nowhere else, whoever may write the settings. */
function isSlackAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { origin, username, password } = new URL(address);
  return !username && !password && (origin === 'https://hooks.slack.com' || origin === slackApi().origin);
}
