import { setTimeout as wait } from 'node:timers/promises';

/** What Slack's Web API answers; `ok: false` is an answer, not an accident. */
export type SlackAnswer =
  | { ok: true; ts?: string; channel?: string; messages?: PostedMessage[] }
  | { ok: false; error: string };

export interface PostedMessage {
  ts: string;
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
}

/** One request never takes longer, so that a hanging one leaves time for the lock's and Lambda's ends. */
const REQUEST_MS = 8_000;

/** Where Slack's Web API is; installations with a Slack of their own name it in `SLACK_API_URL`. */
export const slackApi = (): URL => new URL(process.env.SLACK_API_URL || 'https://slack.com/api/');

/**
 * Calls a method of the Web API.
 * @param deadline epoch milliseconds after which nothing more is tried or waited for.
 * @throws when Slack cannot be reached, or gives no answer in time: whether it acted is unknown.
 * @see https://docs.slack.dev/apis/web-api/
 */
export async function askSlack(method: string, token: string, body: object, deadline: number): Promise<SlackAnswer> {
  const answer = await send(
    new URL(method, slackApi()),
    { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    JSON.stringify(body),
    deadline,
  );
  return answerOf(method, answer);
}

/** Methods that read take their arguments as a form only. */
export async function askSlackToRead(
  method: string,
  token: string,
  query: Record<string, string>,
  deadline: number,
): Promise<SlackAnswer> {
  const answer = await send(
    new URL(method, slackApi()),
    { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
    new URLSearchParams(query).toString(),
    deadline,
  );
  return answerOf(method, answer);
}

/**
 * Posts to an incoming webhook.
 * @throws when Slack did not take it, with Slack's own word for why; the address is in no error.
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export async function postToWebhook(webhook: string, body: object, deadline: number): Promise<void> {
  const { status, text } = await send(
    new URL(webhook),
    { 'content-type': 'application/json; charset=utf-8' },
    JSON.stringify(body),
    deadline,
  );
  if (status !== 200) throw new Error(`Slack's webhook answered ${status} ${wordOf(text)}`);
}

interface Reply {
  status: number;
  text: string;
}

async function send(url: URL, headers: Record<string, string>, body: string, deadline: number): Promise<Reply> {
  for (;;) {
    const left = deadline - Date.now();
    if (left <= 0) throw new Error('there was no time left to tell Slack');
    const response = await request(url, headers, body, Math.min(left, REQUEST_MS));
    if (response.status !== 429) return response;
    const seconds = response.retryAfter;
    if (Date.now() + seconds * 1000 >= deadline) {
      throw new Error(`Slack asks to wait ${seconds} s, which is longer than this run may take`);
    }
    await wait(seconds * 1000);
  }
}

/** fetch's own errors can quote the address, which of a webhook is a secret: only the cause's code is kept. */
async function request(
  url: URL,
  headers: Record<string, string>,
  body: string,
  milliseconds: number,
): Promise<Reply & { retryAfter: number }> {
  try {
    const signal = AbortSignal.timeout(milliseconds);
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    const retryAfter = Number(response.headers.get('retry-after') ?? 1);
    return {
      status: response.status,
      text: await response.text(),
      retryAfter: Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter : 1,
    };
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    throw new Error(`Slack could not be reached: ${cause?.code ?? name}`);
  }
}

function answerOf(method: string, { status, text }: Reply): SlackAnswer {
  const unreadable = () => new Error(`Slack answered ${method} with ${status} and nothing that could be read`);
  if (status !== 200) throw unreadable();
  try {
    const answer = JSON.parse(text) as SlackAnswer;
    return answer.ok ? answer : { ok: false, error: wordOf(answer.error) };
  } catch {
    throw unreadable();
  }
}

/** Slack's words for errors are `snake_case`; anything else is not repeated. */
const wordOf = (text: unknown): string => (/^[a-z_]{1,60}$/.test(String(text)) ? String(text) : 'unknown_error');
