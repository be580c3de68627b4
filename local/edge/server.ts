import http from 'node:http';
import { pipeline } from 'node:stream/promises';
import { eventOf } from './event.ts';
import type { NotFoundAnswer, NotFoundEvent } from './failover.ts';
import { failedOver, notFoundEvent } from './failover.ts';
import type { Origin } from './origin.ts';
import type { EdgeHandler, EdgeResponse, KeyValueReader } from './runtime.ts';
import { loadFunction } from './runtime.ts';

export interface EdgeOptions {
  /** The text of `edge/viewer-request.js`. */
  functionCode: string;
  /** Sites are `<site>.<siteDomain>`. `localhost` makes browsers find them by themselves. */
  siteDomain: string;
  kvs: KeyValueReader;
  origin: Origin;
  /** The origin group's second member: asked with the rewritten path when the first says 403 or 404. */
  notFound: (event: NotFoundEvent) => Promise<NotFoundAnswer>;
  /** Told of what went wrong behind a 502 or 503. Viewers only see that it did. */
  onError?: (error: unknown) => void;
}

/** The line of the function that the stack replaces; here as there. */
export const SITE_DOMAIN_LINE = "const SITE_DOMAIN = 'localhost';";

/** The headers that an object's own answer is made of. The rest is S3 talking to its client. */
const PASSED_ON = [
  ...['content-type', 'content-length', 'content-encoding', 'content-disposition', 'content-language'],
  ...['cache-control', 'etag', 'last-modified', 'expires', 'accept-ranges', 'content-range'],
];

/**
 * Stands in for the distribution: runs the viewer-request function, fetches from
 * the origin group, answers as CloudFront does. It caches nothing, so what it
 * serves is what the pointer and the bucket say at that moment.
 */
export function createEdge(options: EdgeOptions): http.Server {
  const code = options.functionCode.replace(SITE_DOMAIN_LINE, `const SITE_DOMAIN = '${options.siteDomain}';`);
  const handler = loadFunction(code, options.kvs);
  return http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(options, handler, request, response).catch((error) => {
      options.onError?.(error);
      // Half an answer cannot be taken back: the viewer must see that it broke off.
      if (response.headersSent) response.destroy();
      else plain(response, 502, 'The origin did not answer.\n');
    });
  });
}

async function serve(
  options: EdgeOptions,
  handler: EdgeHandler,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const method = request.method ?? '';
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return plain(response, 405, 'Only GET and HEAD are served here.\n');
  }
  const event = eventOf(request);
  const result = await handler(event).catch((error: unknown) => {
    options.onError?.(error);
    return undefined;
  });
  if (!result) return plain(response, 503, 'The edge could not look up this site.\n');
  if ('statusCode' in result) return generated(response, result);

  const { range } = request.headers;
  const origin = await options.origin.fetch(result.uri, { method, headers: range ? { range } : {} });
  if (origin.statusCode === 403 || origin.statusCode === 404) {
    origin.resume();
    return failedOver(response, await options.notFound(notFoundEvent(result.uri, method)));
  }
  if ((origin.statusCode ?? 500) >= 500) {
    origin.resume();
    throw new Error(`The origin answered ${origin.statusCode} for ${result.uri}`);
  }
  await relay(request, origin, response);
}

async function relay(request: http.IncomingMessage, origin: http.IncomingMessage, response: http.ServerResponse) {
  for (const name of PASSED_ON) {
    const value = origin.headers[name];
    if (value !== undefined) response.setHeader(name, value);
  }
  response.setHeader('x-cache', 'Miss from local edge');
  if (origin.statusCode === 200 && isUnchanged(request.headers, origin.headers)) {
    origin.resume();
    response.removeHeader('content-length');
    response.writeHead(304).end();
    return;
  }
  response.writeHead(origin.statusCode ?? 502);
  // A viewer who leaves early is no fault; an origin that breaks off is.
  let left = false;
  response.once('close', () => {
    left = !origin.destroyed && !response.writableFinished;
  });
  await pipeline(origin, response).catch((error) => {
    if (!left) throw error;
  });
}

/** An etag decides alone where the viewer sent one. https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2 */
function isUnchanged(viewer: http.IncomingHttpHeaders, origin: http.IncomingHttpHeaders): boolean {
  const tags = viewer['if-none-match'];
  if (tags !== undefined) {
    const strong = (tag: string) => tag.trim().replace(/^W\//, '');
    const wanted = tags.split(',').map(strong);
    return wanted.includes('*') || (origin.etag !== undefined && wanted.includes(strong(origin.etag)));
  }
  const since = Date.parse(viewer['if-modified-since'] ?? '');
  return Date.parse(origin['last-modified'] ?? '') <= since;
}

function generated(response: http.ServerResponse, result: EdgeResponse): void {
  for (const [name, { value }] of Object.entries(result.headers ?? {})) response.setHeader(name, value);
  response.setHeader('x-cache', 'FunctionGeneratedResponse from local edge');
  const body = typeof result.body === 'object' ? Buffer.from(result.body.data, encodingOf(result.body)) : result.body;
  response.writeHead(result.statusCode, result.statusDescription ?? http.STATUS_CODES[result.statusCode]);
  response.end(body);
}

const encodingOf = (body: { encoding: 'text' | 'base64' }) => (body.encoding === 'base64' ? 'base64' : 'utf8');

function plain(response: http.ServerResponse, status: number, text: string): void {
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-cache', 'Error from local edge');
  response.writeHead(status).end(text);
}
