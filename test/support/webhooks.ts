import { createHmac } from 'node:crypto';
import type { WebhookRequest } from '../../shared/git/entrance.ts';

/** What GitHub tells of a push, as far as it is looked at. */
export const pushed = (commit: string, more: object = {}) => ({
  ref: 'refs/heads/main',
  before: '0'.repeat(39).concat('1'),
  after: commit,
  forced: false,
  head_commit: { id: commit, message: 'Sell shoes' },
  repository: { full_name: 'acme/shop', html_url: 'https://github.com/acme/shop' },
  sender: { login: 'ada' },
  ...more,
});

export const signatureOf = (body: string | Uint8Array, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** GitHub’s headers of a body that is signed. */
export const fromGithub = (event: string, body: string | Uint8Array, secret: string): Record<string, string> => ({
  'content-type': 'application/json',
  'user-agent': 'GitHub-Hookshot/1234567',
  'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  'x-github-event': event,
  'x-hub-signature-256': signatureOf(body, secret),
});

/** A request as an HTTP API hands it over, with all that AWS documents of it. */
export function requestOf(
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
  method = 'POST',
): WebhookRequest {
  const [, provider = '', connection = ''] = path.split('/');
  const isBase64Encoded = typeof body !== 'string';
  return {
    version: '2.0',
    routeKey: 'ANY /{provider}/{connection}',
    rawPath: path,
    rawQueryString: '',
    headers: {
      'content-length': String(body.length),
      host: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
      ...headers,
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'a1b2c3d4e5',
      domainName: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'a1b2c3d4e5',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: headers['user-agent'] ?? '' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: 'ANY /{provider}/{connection}',
      stage: '$default',
      time: '21/Nov/2026:01:57:15 +0000',
      timeEpoch: 1795226235000,
    },
    pathParameters: { provider, connection },
    body: isBase64Encoded ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded,
  } as WebhookRequest;
}
