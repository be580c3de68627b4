import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Delivery, PROVIDERS, type ProviderName } from './told.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export type WebhookRequest = Pick<
  APIGatewayProxyEventV2,
  'headers' | 'pathParameters' | 'body' | 'isBase64Encoded' | 'requestContext'
>;

/** What a provider is answered, and shows to those who look after its webhooks. */
export interface WebhookAnswer {
  status: number;
  body: Said | { outcome: Outcome; all: Said[] };
}

type Outcome = 'accepted' | 'duplicate' | 'ignored' | 'pong' | 'refused' | 'unavailable';

/** Of one thing that a webhook told. */
export interface Said {
  outcome: Outcome;
  push?: string;
  code?: string;
  reason?: string;
}

/** A request that is worth verifying. */
export interface Entering {
  provider: ProviderName;
  /** 12 hex digits, as ids of connections are. */
  connection: string;
  delivery: Delivery;
}

/** 1 MB. */
export const MOST_BYTES = 1_048_576;

/** Whether a request may be a webhook, judged by its form alone; else what it is answered. Pure. */
export function entering(request: WebhookRequest): Entering | WebhookAnswer {
  if (request.requestContext.http.method !== 'POST') return refusal(405, 'METHOD', 'webhooks are sent here by POST');
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refusal(415, 'CONTENT_TYPE', typeFault(type));

  const body = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > MOST_BYTES)
    return refusal(
      413,
      'BODY_SIZE',
      `it has ${body.length} bytes, and a webhook may have ${MOST_BYTES}; what it tells of is looked up at the provider within minutes`,
    );

  const { provider = '', connection = '' } = request.pathParameters ?? {};
  if (!isProvider(provider) || !/^[0-9a-f]{12}$/.test(connection)) return UNKNOWN;
  return { provider, connection, delivery: { headers: request.headers, body } };
}

export const refusal = (status: number, code: string, reason: string): WebhookAnswer => ({
  status,
  body: { outcome: 'refused', code, reason },
});

/** Says not whether there is such a connection. */
export const UNKNOWN = refusal(
  401,
  'SIGNATURE',
  'no connection has this address and a secret that this was signed with: compare both with what "pilot connect" tells',
);

export const UNAVAILABLE: WebhookAnswer = {
  status: 503,
  body: {
    outcome: 'unavailable',
    reason:
      'it could not be taken now: send it again, or wait, since what is missed is looked up at the provider within minutes',
  },
};

const isProvider = (name: string): name is ProviderName => PROVIDERS.includes(name as ProviderName);

function typeFault(type: string | undefined): string {
  const choose = 'choose the content type application/json in the settings of the webhook at the provider';
  if (type === 'application/x-www-form-urlencoded') return `the body is form-encoded: ${choose}`;
  return `the body is not sent as JSON: ${choose}`;
}
