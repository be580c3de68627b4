import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Stands between the SDK and the emulator: notes the calls, and answers those that it was told an answer for. */
export interface Wire {
  url: string;
  /** Actions of the query protocol, in order: `CreateAutoScalingGroup`. */
  calls: string[];
  /** What an action is answered with in place of the emulator's answer; by what was asked. */
  answers: Map<string, (asked: URLSearchParams) => string | Refused | undefined>;
  /** Called with what an action was answered. */
  changed: Map<string, (answer: string) => string>;
  close(): Promise<void>;
}

export interface Refused {
  status: number;
  body: string;
}

export async function wireTo(emulator: string): Promise<Wire> {
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const isForm = String(request.headers['content-type']).startsWith('application/x-www-form-urlencoded');
    const asked = new URLSearchParams(isForm ? body.toString() : '');
    const action = asked.get('Action') ?? '';
    if (action) wire.calls.push(action);
    const own = wire.answers.get(action)?.(asked);
    if (own !== undefined) {
      const { status, body: said } = typeof own === 'string' ? { status: 200, body: own } : own;
      response.writeHead(status, { 'content-type': 'text/xml' }).end(said);
      return;
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(`${emulator}${request.url}`, {
      method: request.method ?? 'GET',
      headers,
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const said = Buffer.from(await answer.arrayBuffer());
    const passed = Object.fromEntries(
      [...answer.headers].filter(
        ([name]) => !/^(?:connection|transfer-encoding|content-length|content-encoding)$/.test(name),
      ),
    );
    const change = wire.changed.get(action);
    const told = change ? Buffer.from(change(said.toString())) : said;
    response.writeHead(answer.status, { ...passed, 'content-length': String(told.length) }).end(told);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const wire: Wire = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    answers: new Map(),
    changed: new Map(),
    async close() {
      server.closeAllConnections();
      await new Promise((over) => server.close(over));
    },
  };
  return wire;
}
