import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A list as AWS publishes it, with CloudFront's ranges: five of IPv4 besides those that are named, and one of IPv6. */
export function listOf(token: number, cidrs: readonly string[] = []): string {
  const all = ['3.160.0.0/14', '13.32.0.0/15', '13.35.0.0/16', '52.84.0.0/15', '99.84.0.0/16', ...cidrs];
  const of = (service: string) => all.map((ip_prefix) => ({ ip_prefix, region: 'GLOBAL', service }));
  return JSON.stringify({
    syncToken: String(token),
    createDate: '2026-11-21-00-00-00',
    prefixes: [...of('CLOUDFRONT_ORIGIN_FACING'), ...of('CLOUDFRONT')],
    ipv6_prefixes: ['CLOUDFRONT_ORIGIN_FACING', 'CLOUDFRONT'].map((service) => ({
      ...{ ipv6_prefix: '2600:9000:3000::/36', region: 'GLOBAL', service },
    })),
  });
}

export const md5Of = (text: string): string => createHash('md5').update(text).digest('hex');

/** Where AWS's list is served from: `text` is what lies there, `status` what is answered. */
export interface Served {
  url: string;
  text: string;
  status: number;
  close(): Promise<void>;
}

export async function serveList(): Promise<Served> {
  const server = createServer((request, response) => {
    const etag = `"${md5Of(served.text)}"`;
    const isKnown = request.headers['if-none-match'] === etag;
    response.writeHead(isKnown ? 304 : served.status, { etag }).end(isKnown ? undefined : served.text);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const served: Served = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ip-ranges.json`,
    text: '',
    status: 200,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return served;
}
