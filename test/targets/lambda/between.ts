import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { emulatorUrl } from '../../support/emulator.ts';

/** What AWS answers instead; `type` is an error's name. */
export interface Trouble {
  status: number;
  type?: string;
  /** JSON, or text as it is. */
  body: object | string;
}

/** An error of Lambda as it comes over the wire. */
export const errorOf = (status: number, type: string, message: string): Trouble => ({
  status,
  type,
  body: { Type: 'User', message },
});

/** Stands between the target and the emulator: counts, and can be told what goes wrong. */
export interface Between {
  url: string;
  /** All that was asked: `POST /2015-03-31/functions`. */
  asked: string[];
  /** What a call is answered with; undefined: it is passed on. */
  trouble: (asked: string, body: string) => Trouble | undefined;
  close(): Promise<void>;
}

export async function standBetween(): Promise<Between> {
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const asked = `${request.method} ${request.url}`;
    between.asked.push(asked);
    const trouble = between.trouble(asked, body.toString());
    if (trouble) {
      const { status, type, body: told } = trouble;
      response.writeHead(status, {
        'content-type': typeof told === 'string' ? 'text/xml' : 'application/json',
        ...(type && { 'x-amzn-errortype': type }),
      });
      response.end(typeof told === 'string' ? told : JSON.stringify(told));
      return;
    }
    const answer = await passOn(request, body);
    const { 'content-encoding': _, 'content-length': __, ...headers } = Object.fromEntries(answer.headers);
    response.writeHead(answer.status, headers);
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const between: Between = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    trouble: () => undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((over) => server.close(over));
    },
  };
  return between;
}

function passOn({ url, method = 'GET', headers }: IncomingMessage, body: Buffer): Promise<Response> {
  const { host: _, connection: __, 'content-length': ___, expect: ____, ...rest } = headers as Record<string, string>;
  return fetch(emulatorUrl() + url, { method, headers: rest, ...(body.length > 0 && { body: new Uint8Array(body) }) });
}
