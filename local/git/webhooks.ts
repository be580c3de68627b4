import { createHmac, randomUUID } from 'node:crypto';
import type { Hook, Repository } from './repository.ts';
// An installation of this machine hears webhooks under a name below localhost, which not every resolver knows.
import '../emulator/localhost-names.cjs';

/** GitHub waits so long for an answer, and does not send again. */
const PATIENCE = 10_000;

export type HookEvent = 'ping' | 'push' | 'pull_request';

/** A webhook that was sent, or that would have been, and what it was answered. */
export interface Delivery {
  /** `X-GitHub-Delivery`; the same when it is sent again. */
  guid: string;
  id: number;
  hook: number;
  repository: string;
  event: HookEvent;
  action?: string;
  payload: Record<string, unknown>;
  request: { url: string; headers: Record<string, string>; body: string };
  at: Date;
  redelivery: boolean;
  /** Absent when it was lost, or nobody answered. */
  answer?: { status: number; body: string };
  /** Why there is no answer. */
  trouble?: string;
}

/**
 * A webhook as GitHub sends it, signed with the hook’s secret.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers
 */
export function signedRequest(
  { owner, name, id }: Repository,
  hook: Hook,
  event: HookEvent,
  payload: Record<string, unknown>,
  guid: string = randomUUID(),
): Pick<Delivery, 'guid' | 'hook' | 'repository' | 'event' | 'payload' | 'request'> {
  const json = JSON.stringify(payload);
  const isForm = hook.config.content_type === 'form';
  const body = isForm ? new URLSearchParams({ payload: json }).toString() : json;
  const { secret, url } = hook.config;
  const signature = (algorithm: 'sha1' | 'sha256') =>
    `${algorithm}=${createHmac(algorithm, secret ?? '')
      .update(body)
      .digest('hex')}`;
  const headers = {
    accept: '*/*',
    'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
    'user-agent': 'GitHub-Hookshot/local',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-github-hook-id': String(hook.id),
    'x-github-hook-installation-target-id': String(id),
    'x-github-hook-installation-target-type': 'repository',
    ...(secret && { 'x-hub-signature': signature('sha1'), 'x-hub-signature-256': signature('sha256') }),
  };
  return { guid, hook: hook.id, repository: `${owner}/${name}`, event, payload, request: { url, headers, body } };
}

/** Sends it once, and notes on it what came of it. */
export async function deliver(delivery: Delivery): Promise<void> {
  const { url, headers, body } = delivery.request;
  try {
    const answer = await fetch(url, {
      ...{ method: 'POST', headers, body, redirect: 'manual' as const, signal: AbortSignal.timeout(PATIENCE) },
    });
    delivery.answer = { status: answer.status, body: await answer.text() };
  } catch (error) {
    const { cause, message } = error as Error;
    delivery.trouble = cause ? String(cause) : message;
  }
}

/** What a hook shows of its last delivery. */
export function lastOf({ answer, trouble }: Delivery): Hook['last'] {
  if (!answer) return { code: null, status: 'timeout', message: trouble ?? null };
  const isFine = answer.status >= 200 && answer.status < 300;
  return { code: answer.status, status: isFine ? 'active' : 'invalid_response', message: isFine ? 'OK' : 'Invalid' };
}
