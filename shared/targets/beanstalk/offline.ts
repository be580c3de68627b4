import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';
import { MAINTENANCE } from '../../maintenance.ts';

/**
 * While nothing is live, the address leads to an environment of its own, which answers 503: a CNAME is
 * only ever swapped between two environments, so somebody has to have it before the first release, and to take it
 * when that is given up. It has the address from its creation on, and is terminated once a release has it.
 */
const SERVER = `const PAGE = ${JSON.stringify(MAINTENANCE)};
require('node:http')
  .createServer((request, response) => {
    response.writeHead(503, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'retry-after': '60' });
    response.end(PAGE);
  })
  .listen(process.env.PORT || 8080);
`;
const PACKAGE = `{"name":"offline","private":true,"scripts":{"start":"node server.js"}}\n`;

/** What it runs on, whatever the pilot does. */
export const STANDBY = { platform: 'Node.js 24 running on 64bit Amazon Linux 2023', instance: 't4g.micro' };

/** Its bundle, and the label of that, which is another one when the bundle is. */
export async function standbyBundle(): Promise<{ label: string; bytes: Uint8Array }> {
  const zip = new yazl.ZipFile();
  const options = { mtime: new Date('2026-01-01T00:00:00Z') };
  zip.addBuffer(Buffer.from(SERVER), 'server.js', options);
  zip.addBuffer(Buffer.from(PACKAGE), 'package.json', options);
  zip.end();
  const bytes = await buffer(zip.outputStream as unknown as NodeJS.ReadableStream);
  const digest = createHash('sha256').update(SERVER).update(PACKAGE).digest('hex').slice(0, 8);
  return { label: `offline-${digest}`, bytes };
}
