import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectionId, keepConnection } from '../../shared/ledger/connections.ts';
import { zipOf } from './zip.ts';

/** A provider that has one thing to give: the zip of whatever commit it is asked for. */
export interface Provider {
  url: string;
  /** The files of every commit. */
  files: Record<string, string>;
  /** What it was asked for. */
  asked: string[];
  /** Connects a repository of this provider, as an operator does. */
  connect(repository: string, pilot: string): Promise<void>;
  close(): Promise<void>;
}

export async function serveProvider(): Promise<Provider> {
  const server = createServer(async (request, response) => {
    provider.asked.push(String(request.url));
    const files = Object.entries(provider.files).map(([path, text]) => [`acme-shop-0123abc/${path}`, text] as const);
    const known = files.length > 0 && request.url?.includes('/zipball/');
    response.writeHead(known ? 200 : 404).end(known ? await zipOf(Object.fromEntries(files)) : '{}');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
  const provider: Provider = {
    url,
    files: {},
    asked: [],
    connect: (repository, pilot) =>
      keepConnection({
        ...{ id: connectionId(repository), provider: 'github', repository, api: url, by: 'ada@laptop' },
        ...{ pilots: [{ pilot, manifest: 'pilot.yaml' }], createdAt: '2026-11-21T01:02:03.000Z' },
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((over) => server.close(over));
    },
  };
  return provider;
}
