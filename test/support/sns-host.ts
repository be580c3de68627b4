import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { certify } from './certificate.ts';

/**
 * What stands for SNS's host, which is not on this machine: serves a certificate by HTTPS under that name. A function reaches it
 * by a proxy, as functions behind a firewall would, and trusts who signed for the name.
 */
export async function standForSns(certificate: string) {
  const day = (count: number) => new Date(Date.now() + count * 86_400_000);
  const { key, pem } = certify('sns.us-east-1.amazonaws.com', day(-1), day(1));
  const host = createHttps({ key: key.export({ type: 'pkcs8', format: 'pem' }), cert: pem }, (_, response) =>
    response.end(certificate),
  );
  const proxy = createHttp();
  proxy.on('connect', (request, client: Socket) => {
    if (request.url !== 'sns.us-east-1.amazonaws.com:443') return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const { port } = host.address() as AddressInfo;
    const server = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      server.pipe(client).pipe(server);
    });
    server.on('error', () => client.destroy());
    client.on('error', () => server.destroy());
  });
  for (const one of [host, proxy]) await new Promise<void>((ready) => one.listen(0, '127.0.0.1', ready));
  return {
    /** Who signed for the name. */
    pem,
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close() {
      for (const one of [host, proxy]) {
        one.close();
        one.closeAllConnections();
      }
    },
  };
}
