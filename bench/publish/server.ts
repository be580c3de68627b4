import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { startS3 } from '../../test/support/s3-server.ts';

/**
 * The S3 server that all contenders write to, in a process of its own. Prints
 * its address; its second address tells the counts since it was last asked
 * (`/counts`), or stores a file without counting it (`/put?path=…&file=…`).
 */
const s3 = await startS3();
const control = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://control');
  if (url.pathname === '/put') {
    s3.put(url.searchParams.get('path') ?? '', await buffer(createReadStream(url.searchParams.get('file') ?? '')));
  }
  response.end(JSON.stringify({ requests: s3.counts(), ...s3.traffic }));
  s3.forget();
});
control.listen(0, '127.0.0.1', () => {
  const address = control.address();
  const port = typeof address === 'object' ? address?.port : address;
  console.log(JSON.stringify({ s3: s3.url, control: `http://127.0.0.1:${port}` }));
});
