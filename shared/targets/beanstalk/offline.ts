import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';
import { contentTypeOf, MAINTENANCE, RETRY_AFTER } from '../../maintenance.ts';

/**
 * While nothing is live, the address leads to an environment of its own, which answers 503: a CNAME is
 * only ever swapped between two environments, so somebody has to have it before the first release, and to take it
 * when that is given up. It has the address from its creation on, and is terminated once a release has it.
 */
const PATH = '/.pilotage/health';
const serverOf = (page: string): string => `const PAGE = ${JSON.stringify(page)};
require('node:http')
  .createServer((request, response) => {
    if (request.url === '${PATH}') return response.end();
    response.writeHead(503, { 'content-type': '${contentTypeOf(page)}; charset=utf-8', 'cache-control': 'no-store', 'retry-after': '${RETRY_AFTER}' });
    response.end(PAGE);
  })
  .listen(process.env.PORT || 8080);
`;
const PACKAGE = `{"name":"offline","private":true,"scripts":{"start":"node server.js"}}\n`;

/** What it runs on, whatever the pilot does, and how a load balancer finds it well. */
export const STANDBY = {
  platform: 'Node.js 24 running on 64bit Amazon Linux 2023',
  instance: 't4g.micro',
  scaling: { min: 1, max: 1, cpu: 60 },
  health: { path: PATH, status: '200', interval: 10, timeout: 5, healthy: 2, unhealthy: 5, grace: 60 },
};

/** Its bundle, and the label of that, which is another one when the bundle is, as with another page. */
export async function standbyBundle(page = MAINTENANCE): Promise<{ label: string; bytes: Uint8Array }> {
  const server = serverOf(page);
  const zip = new yazl.ZipFile();
  const options = { mtime: new Date('2026-01-01T00:00:00Z') };
  zip.addBuffer(Buffer.from(server), 'server.js', options);
  zip.addBuffer(Buffer.from(PACKAGE), 'package.json', options);
  zip.end();
  const bytes = await buffer(zip.outputStream as unknown as NodeJS.ReadableStream);
  const digest = createHash('sha256').update(server).update(PACKAGE).digest('hex').slice(0, 8);
  return { label: `offline-${digest}`, bytes };
}
