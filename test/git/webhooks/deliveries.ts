import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Delivery, ProviderName, WebhookReader } from '../../../shared/git/told.ts';
import { readerOf } from '../../../shared/git/webhooks/index.ts';

export const SECRET = 'a secret of acme';
/** A signing token as GitLab makes them: 32 bytes. */
export const SIGNING_TOKEN = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
/** The time at which deliveries of these tests come: ours, and the one that is signed. */
export const NOW = 1_772_359_200_000;

export const reader = (provider: ProviderName): WebhookReader => readerOf(provider, () => NOW);

/** A way that deliveries are proven: whose they are, by what secret, and the headers that prove them. */
export interface Form {
  name: string;
  provider: ProviderName;
  secret: string;
  header: string;
  sign(body: Uint8Array, secret: string): Record<string, string>;
}

const hex = (body: Uint8Array, secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

export function standard(body: Uint8Array, secret: string, seconds = NOW / 1000): Record<string, string> {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const sum = createHmac('sha256', key).update(`msg-1.${seconds}.`).update(body).digest('base64');
  return { 'webhook-id': 'msg-1', 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${sum}` };
}

export const FORMS: Form[] = [
  {
    name: 'GitHub',
    provider: 'github',
    secret: SECRET,
    header: 'x-hub-signature-256',
    sign: (body, secret) => ({ 'x-hub-signature-256': hex(body, secret) }),
  },
  {
    name: 'Bitbucket Cloud',
    provider: 'bitbucket',
    secret: SECRET,
    header: 'x-hub-signature',
    sign: (body, secret) => ({ 'x-hub-signature': hex(body, secret) }),
  },
  {
    name: 'Bitbucket Data Center',
    provider: 'bitbucket-server',
    secret: SECRET,
    header: 'x-hub-signature',
    sign: (body, secret) => ({ 'x-hub-signature': hex(body, secret) }),
  },
  {
    name: 'GitLab, signed',
    provider: 'gitlab',
    secret: SIGNING_TOKEN,
    header: 'webhook-signature',
    sign: (body, secret) => standard(body, secret),
  },
];

const EVENT_HEADERS: Record<ProviderName, string> = {
  github: 'x-github-event',
  gitlab: 'x-gitlab-event',
  bitbucket: 'x-event-key',
  'bitbucket-server': 'x-event-key',
};

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A delivery of JSON, signed as its provider signs. */
export function delivery(provider: ProviderName, event: string, payload: unknown): Delivery {
  const form = FORMS.find((one) => one.provider === provider);
  if (!form) throw new Error(`no form for ${provider}`);
  const body = payload instanceof Uint8Array ? payload : bytes(JSON.stringify(payload));
  const headers = { 'content-type': 'application/json', [EVENT_HEADERS[provider]]: event };
  return { headers: { ...headers, ...form.sign(body, form.secret) }, body };
}

export const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(__dirname, 'fixtures', `${name}.json`), 'utf8'));
