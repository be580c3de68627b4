import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { EdgeEvent, EdgeFields } from './runtime.ts';

/** A viewer's request in the form in which CloudFront hands it to a function. */
export function eventOf(request: IncomingMessage): EdgeEvent {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const uri = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? undefined : target.slice(mark + 1);
  const { cookie, ...headers } = request.headers;
  return {
    version: '1.0',
    context: { eventType: 'viewer-request', requestId: randomUUID() },
    viewer: { ip: request.socket.remoteAddress ?? '' },
    request: {
      method: request.method ?? 'GET',
      uri,
      querystring: fields(pairs(query ?? '', '&')),
      headers: fields(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')])),
      cookies: fields(pairs(cookie ?? '', ';')),
      rawQueryString: () => query,
    },
  };
}

function pairs(text: string, separator: string): [string, string][] {
  const parts = text.split(separator).filter((part) => part.trim() !== '');
  return parts.map((part) => {
    const [name = '', ...value] = part.trim().split('=');
    return [name, value.join('=')];
  });
}

/** A name that comes twice keeps its last value, and all of them under `multiValue`. */
function fields(entries: [string, string][]): EdgeFields {
  const result: EdgeFields = Object.create(null);
  for (const [name, value] of entries) {
    const before = result[name];
    const all = before && [...(before.multiValue ?? [{ value: before.value }]), { value }];
    result[name] = all ? { value, multiValue: all } : { value };
  }
  return result;
}
