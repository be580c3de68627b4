import { createHmac } from 'node:crypto';
import type { ProviderName } from '../../shared/git/told.ts';
import { connectionId } from '../../shared/ledger/connections.ts';

/** What a provider sends. */
export interface Posted {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** What it is answered. */
export interface Answered {
  status: number;
  outcome?: string;
  push?: string;
  code?: string;
  reason?: string;
  all?: Answered[];
}

export type Post = (posted: Posted) => Promise<Answered>;

/** How a provider names an event, and shows that a body is its own. */
interface Form {
  event: string;
  /** The header that proves it. */
  proof: string;
  prove(body: Buffer, secret: string, at: Date): Record<string, string>;
}

const SIGNING_KEY = /^whsec_/;

const hex =
  (header: string): Form['prove'] =>
  (body, secret) => ({ [header]: `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` });

/** https://github.com/standard-webhooks/standard-webhooks */
const standard: Form['prove'] = (body, secret, at) => {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.replace(SIGNING_KEY, ''), 'base64');
  const sum = createHmac('sha256', key).update(`msg-1.${seconds}.`).update(body).digest('base64');
  return { 'webhook-id': 'msg-1', 'webhook-timestamp': seconds, 'webhook-signature': `v1,${sum}` };
};

export const FORMS: Record<ProviderName, Form> = {
  github: { event: 'x-github-event', proof: 'x-hub-signature-256', prove: hex('x-hub-signature-256') },
  gitlab: { event: 'x-gitlab-event', proof: 'webhook-signature', prove: standard },
  bitbucket: { event: 'x-event-key', proof: 'x-hub-signature', prove: hex('x-hub-signature') },
  'bitbucket-server': { event: 'x-event-key', proof: 'x-hub-signature', prove: hex('x-hub-signature') },
};

/** The secret of a connection: GitLab’s are keys that sign, of 32 bytes. */
export function secretOf(provider: ProviderName, repository: string): string {
  const secret = createHmac('sha256', 'acme').update(repository.toLowerCase()).digest();
  return provider === 'gitlab' ? `whsec_${secret.toString('base64')}` : secret.toString('hex');
}

export const pathOf = (provider: ProviderName, repository: string): string =>
  `/${provider}/${connectionId(repository)}`;

/** A webhook as its provider sends it now, signed with the secret of its connection. */
export function signed(
  { provider, repository, event }: { provider: ProviderName; repository: string; event: string },
  payload: unknown,
  secret = secretOf(provider, repository),
): Posted {
  const form = FORMS[provider];
  const body = Buffer.from(JSON.stringify(payload));
  return {
    path: pathOf(provider, repository),
    headers: { 'content-type': 'application/json', [form.event]: event, ...form.prove(body, secret, new Date()) },
    body,
  };
}
