import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Stands between the SDK and the emulator, so that something may happen just before a call. */
export interface Between {
  url: string;
  /** Called, and waited for, before a call is passed on; `operation` as AWS's JSON protocols name it. */
  before: (operation: string, body: string) => Promise<unknown> | undefined;
  close(): Promise<void>;
}

export async function proxyTo(target: string): Promise<Between> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const operation = String(request.headers['x-amz-target']).replace(/.*\./, '');
    await proxy.before(operation, body);
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers as Record<string, string>;
    const method = request.method ?? 'GET';
    const answer = await fetch(`${target}${request.url}`, { method, headers, ...(body && { body }) });
    response.writeHead(answer.status, { 'content-type': String(answer.headers.get('content-type')) });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const proxy: Between = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    before: () => undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((over) => server.close(over));
    },
  };
  return proxy;
}
