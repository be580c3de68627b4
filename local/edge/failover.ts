import type { ServerResponse } from 'node:http';

/**
 * The parts of a Lambda function URL's request (payload 2.0) that the not-found
 * function reads. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export interface NotFoundEvent {
  version: '2.0';
  rawPath: string;
  rawQueryString: string;
  headers: Record<string, string>;
  requestContext: { http: { method: string; path: string } };
  isBase64Encoded: false;
}

/** The parts of its answer that reach a viewer. */
export interface NotFoundAnswer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}

/** The second origin gets the same rewritten path that the first one refused. */
export function notFoundEvent(path: string, method: string): NotFoundEvent {
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: '',
    headers: {},
    requestContext: { http: { method, path } },
    isBase64Encoded: false,
  };
}

/** Gives the second origin's answer to the viewer. */
export function failedOver(response: ServerResponse, answer: NotFoundAnswer): void {
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  const body = Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8');
  // The answer to HEAD has no body, but it is not the body's length that is asked for.
  const isBodiless = response.req.method === 'HEAD';
  if (!isBodiless && !response.hasHeader('content-length')) response.setHeader('content-length', body.length);
  response.setHeader('x-cache', `${answer.statusCode < 400 ? 'Miss' : 'Error'} from local edge`);
  response.writeHead(answer.statusCode).end(body);
}
