import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type RecordingProxy, startRecordingProxy } from '../../../local/proxy/proxy.ts';
import { tallyTable } from '../../../local/proxy/tally.ts';

let target: Server;
let proxy: RecordingProxy;
let got: { host: string | undefined; length: number }[];

beforeEach(async () => {
  got = [];
  target = createServer(async (request: IncomingMessage, response) => {
    let length = 0;
    for await (const chunk of request) length += chunk.length;
    got.push({ host: request.headers.host, length });
    response.writeHead(200, { etag: '"x"' }).end('12345');
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  proxy = await startRecordingProxy((target.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy.stop();
  target.closeAllConnections();
  await new Promise((resolve) => target.close(resolve));
});

const client = () =>
  new S3Client({
    endpoint: `http://127.0.0.1:${proxy.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    userAgentAppId: 'deploy-prepare',
  });
const place = { Bucket: 'sites', Key: 'a' };

test('requests arrive whole, with the host that was signed, and are counted by who called what', async () => {
  const body = Buffer.alloc(300_000, 'x');
  await client().send(new PutObjectCommand({ ...place, Body: body }));
  const answers = await Promise.all([1, 2].map(() => client().send(new GetObjectCommand(place))));
  expect(await Promise.all(answers.map(({ Body }) => Body?.transformToString()))).toEqual(['12345', '12345']);
  expect(got[0]).toEqual({ host: `127.0.0.1:${proxy.port}`, length: 300_000 });
  expect(proxy.rows()).toEqual([
    { caller: 'deploy-prepare', service: 's3', action: 'GetObject', calls: 2, sent: 0, received: 10 },
    { caller: 'deploy-prepare', service: 's3', action: 'PutObject', calls: 1, sent: 300_000, received: 5 },
  ]);
  expect(tallyTable(proxy.rows())).toMatch(/deploy-prepare +s3 +PutObject +1 +300\.0 +0\.0\nall +3$/);
  proxy.clear();
  expect(proxy.rows()).toEqual([]);
});

test('a target that is gone is 502', async () => {
  target.closeAllConnections();
  await new Promise((resolve) => target.close(resolve));
  expect((await fetch(`http://127.0.0.1:${proxy.port}/`)).status).toBe(502);
});
