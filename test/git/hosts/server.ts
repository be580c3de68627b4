import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came; `path` is as it was sent, percent-encoded. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: bodies are compared, not used.
  body: any;
}

export interface Answer {
  status?: number;
  /** Text and bytes as they are, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Undefined where there is no such thing. */
export type Api = (asked: Asked) => Answer | undefined;

/** What goes wrong with the next request that fits. */
export interface Fault {
  when?(asked: Asked): boolean;
  /** An answer instead, or none at all; the connection broken off before anything happened, within the answer, or after it took effect. */
  does: Answer | 'hang' | 'reset' | 'reset within' | 'reset after';
}

export interface Served {
  origin: string;
  asked: Asked[];
  faults: Fault[];
  close(): Promise<void>;
}

/** An HTTP server on this machine that answers as an API does, but for the faults. */
export async function serve(api: Api): Promise<Served> {
  const asked: Asked[] = [];
  const faults: Fault[] = [];
  const server = createServer(async (request, response) => {
    const now = await askedOf(request);
    asked.push(now);
    const at = faults.findIndex(({ when }) => when?.(now) ?? true);
    const [fault] = at < 0 ? [] : faults.splice(at, 1);
    if (fault?.does === 'hang') return;
    if (fault?.does === 'reset') return request.socket.destroy();
    if (fault?.does === 'reset within') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"object":', () => request.socket.destroy());
      return;
    }
    const answer = typeof fault?.does === 'object' ? fault.does : api(now);
    if (fault?.does === 'reset after') return request.socket.destroy();
    give(response, answer ?? { status: 404, body: { message: 'Not Found' } });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    faults,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function askedOf(request: IncomingMessage): Promise<Asked> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  const [path = '', query] = (request.url ?? '').split('?');
  return {
    method: request.method ?? '',
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    body: text && JSON.parse(text),
  };
}

function give(response: ServerResponse, { status = 200, body, headers }: Answer): void {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const type = raw ? 'text/plain' : 'application/json; charset=utf-8';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(raw ? body : body === undefined ? '' : JSON.stringify(body));
}

/** Tries routes `METHOD /path/:part` in their order; a part is what lies between slashes, decoded. */
export function routed(routes: Record<string, (asked: Asked, ...parts: string[]) => Answer | undefined>): Api {
  const all = Object.entries(routes).map(([route, answer]) => {
    const [method, path = ''] = route.split(' ');
    const pattern = path.replace(/\/\*/g, '/(.+)').replace(/:\w+/g, '([^/]+)');
    return { method, pattern: new RegExp(`^${pattern}$`), answer };
  });
  return (asked) => {
    for (const { method, pattern, answer } of all) {
      const parts = method === asked.method ? pattern.exec(asked.path) : null;
      if (parts) return answer(asked, ...parts.slice(1).map(decodeURIComponent));
    }
    return undefined;
  };
}
