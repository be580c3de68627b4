import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { CallFunction } from './function-call.ts';

/** Bytes that a request or an answer may have: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
const MOST = 1024 ** 2;

/** What a load balancer hands over as text; anything else is base64. */
const TEXT = /^(?:text\/.*|application\/(?:json|javascript|xml))$/;

export interface Calling {
  /** ARN of the alias. */
  target: string;
  group: string;
  headers: Record<string, string | string[]>;
  call: CallFunction;
  /** What is answered in the function's place: 413 or 502. */
  onFailed(status: number): void;
}

/** Hands a request to a function as an event, and its answer back. */
export async function callFunction(asked: IncomingMessage, answer: ServerResponse, calling: Calling): Promise<void> {
  const { target, group, headers, call, onFailed } = calling;
  const body = await buffer(asked).catch(() => undefined);
  if (!body) return void answer.destroy();
  if (body.length > MOST) return onFailed(413);
  const told = await call(target, eventOf(asked, headers, body, group)).catch(() => undefined);
  const given = answerIn(told);
  if (!given) return onFailed(502);
  answer.writeHead(given.status, given.words, given.headers);
  answer.end(given.body);
}

/** The event, with neither header nor parameter more than once: the last one counts. */
export function eventOf(
  { method = 'GET', url = '/', headersDistinct }: Pick<IncomingMessage, 'method' | 'url' | 'headersDistinct'>,
  headers: Record<string, string | string[]>,
  body: Buffer,
  targetGroupArn: string,
) {
  const query = url.indexOf('?');
  const pairs =
    query < 0
      ? []
      : url
          .slice(query + 1)
          .split('&')
          .filter(Boolean);
  const single = Object.entries(headers).map(([name, value]) => [
    name,
    name.startsWith('x-forwarded-') ? String(value) : (headersDistinct[name]?.at(-1) ?? String(value)),
  ]);
  const type = headersDistinct['content-type']?.at(-1)?.split(';')[0]?.trim().toLowerCase() ?? '';
  const isBase64Encoded = body.length > 0 && (!TEXT.test(type) || headersDistinct['content-encoding'] !== undefined);
  return {
    requestContext: { elb: { targetGroupArn } },
    httpMethod: method,
    path: query < 0 ? url : url.slice(0, query),
    // They come as they were sent, not decoded.
    queryStringParameters: Object.fromEntries(
      pairs.map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return [name, value.join('=')];
      }),
    ),
    headers: Object.fromEntries(single) as Record<string, string>,
    body: body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

interface Given {
  status: number;
  words?: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** An answer that a load balancer can read; without a status it cannot. */
export function answerIn(told: unknown): Given | undefined {
  const { statusCode, statusDescription, headers, body = '', isBase64Encoded = false } = Object(told) as Answered;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599 || typeof body !== 'string') return undefined;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MOST) return undefined;
  const words = typeof statusDescription === 'string' ? statusDescription.replace(/^\d{3} ?/, '') : undefined;
  const all = Object.entries(Object(headers) as Record<string, unknown>).map(([name, value]) => [name, String(value)]);
  return { status, ...(words && { words }), headers: Object.fromEntries(all), body: bytes };
}

interface Answered {
  statusCode?: unknown;
  statusDescription?: unknown;
  headers?: unknown;
  body?: unknown;
  isBase64Encoded?: boolean;
}
