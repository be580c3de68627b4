import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Told {
  name: string;
  detail: Record<string, unknown>;
}

/** Stands before the emulator’s EventBridge and keeps what was told, as rules would hand it on. */
export interface Bus {
  url: string;
  /** Events of that name since the last time that they were asked for. */
  taken(name: string): Told['detail'][];
  stop(): Promise<void>;
}

export async function startBus(emulator: string): Promise<Bus> {
  let told: Told[] = [];
  const server = createServer({ keepAliveTimeout: 75_000 }, async (request, response) => {
    const body = await buffer(request);
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(emulator, { method: 'POST', headers, body });
    if (answer.ok) {
      const { Entries = [] } = JSON.parse(body.toString()) as { Entries?: { DetailType: string; Detail: string }[] };
      told.push(...Entries.map(({ DetailType, Detail }) => ({ name: DetailType, detail: JSON.parse(Detail) })));
    }
    const type = { 'content-type': 'application/x-amz-json-1.1' };
    response.writeHead(answer.status, type).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: (wanted) => {
      const found = told.filter(({ name }) => name === wanted).map(({ detail }) => detail);
      told = told.filter(({ name }) => name !== wanted);
      return found;
    },
    stop: () =>
      new Promise((over) => {
        server.close(() => over());
        server.closeAllConnections();
      }),
  };
}
