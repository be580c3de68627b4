import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Installation } from './installation.ts';

/** What a visitor of a pilot gets at the address that Pilotage tells. */
export async function visitTo({ ask }: Pick<Installation, 'ask'>, pilot: string): Promise<string> {
  const [status] = await ask({ action: 'status', pilot });
  const { hostname, port, pathname } = new URL(status?.url ?? '');
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: pathname, headers: { host: `${hostname}:${port}` } }, (response) =>
      text(response).then(resolve, reject),
    ).on('error', reject);
  });
}
