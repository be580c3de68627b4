import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import type { NotFoundEvent } from '../../../local/edge/failover.ts';
import type { Origin } from '../../../local/edge/origin.ts';
import { bucketOrigin } from '../../../local/edge/origin.ts';
import type { EdgeOptions } from '../../../local/edge/server.ts';
import { createEdge } from '../../../local/edge/server.ts';
import { encodePointer } from '../../../shared/targets/static/pointer.ts';
import { bucketServer, close, listen } from './bucket.ts';

const functionCode = readFileSync(join(__dirname, '../../../edge/viewer-request.js'), 'utf8');
const pointerTo = (release: string) =>
  String(
    encodePointer({ fence: 1, live: { release, immutable: ['assets/'], cleanUrls: 'directory', index: 'index.html' } }),
  );

const big = Buffer.alloc(8 * 1024 * 1024, 'x');
const objects = {
  '/site/sites/acme/r/r1/index.html': { body: '<h1>one</h1>', cacheControl: 'public, max-age=0, must-revalidate' },
  '/site/sites/acme/r/r2/index.html': { body: '<h1>two</h1>' },
  '/site/sites/acme/r/r1/two words.html': { body: 'spaced' },
  '/site/sites/acme/shared/assets/big.bin': { body: big, type: 'application/octet-stream' },
};

let keys: Record<string, string>;
let missed: NotFoundEvent[];
let errors: unknown[];
const servers: http.Server[] = [];

beforeEach(() => {
  keys = { acme: pointerTo('r1') };
  missed = [];
  errors = [];
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map(close));
});

async function start(server: http.Server): Promise<string> {
  servers.push(server);
  return listen(server);
}

async function edge(options: Partial<EdgeOptions> = {}, missing: 403 | 404 = 404): Promise<string> {
  const seen = errors;
  const bucket = await start(bucketServer(objects, missing).server);
  return start(
    createEdge({
      functionCode,
      siteDomain: 'localhost',
      kvs: { get: async (key) => keys[key] },
      origin: bucketOrigin(bucket, 'site'),
      notFound: async (event) => {
        missed.push(event);
        return { statusCode: 404, headers: { 'content-type': 'text/html' }, body: 'bm9wZQ==', isBase64Encoded: true };
      },
      onError: (error) => seen.push(error),
      ...options,
    }),
  );
}

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

function ask(base: string, path: string, options: http.RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'acme.localhost:8080', ...(options.headers as http.OutgoingHttpHeaders) };
    const request = http.request(base, { ...options, path, headers, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', reject).end();
  });
}

test("a page of the site's live release is served with its own headers, and none of S3's", async () => {
  const { status, headers, body } = await ask(await edge(), '/');
  expect({ status, body }).toEqual({ status: 200, body: '<h1>one</h1>' });
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'public, max-age=0, must-revalidate',
    'x-cache': 'Miss from local edge',
  });
  expect(headers).not.toHaveProperty('x-amz-request-id');
});

test('a moved pointer counts from the next request on', async () => {
  const base = await edge();
  expect((await ask(base, '/')).body).toBe('<h1>one</h1>');
  keys.acme = pointerTo('r2');
  expect((await ask(base, '/')).body).toBe('<h1>two</h1>');
});

test('an encoded name reaches the bucket encoded', async () => {
  expect((await ask(await edge(), '/two%20words.html')).body).toBe('spaced');
});

test('HEAD has the headers and no body', async () => {
  const { status, headers, body } = await ask(await edge(), '/', { method: 'HEAD' });
  expect({ status, body, length: headers['content-length'] }).toEqual({ status: 200, body: '', length: '12' });
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is not served', async (method) => {
  const { status, headers } = await ask(await edge(), '/', { method });
  expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'GET, HEAD' });
});

describe('conditional requests', () => {
  const yesterday = 'Sun, 01 Nov 2026 10:00:00 GMT';
  const today = 'Mon, 02 Nov 2026 10:00:00 GMT';
  const etag = '"fbd03e3f8e3ab2cd3a2b3e3c0b9a4d2e"';

  test('the same etag is answered with 304 and no body', async () => {
    const base = await edge();
    const current = (await ask(base, '/')).headers.etag ?? '';
    for (const tag of [current, `W/${current}`, `${etag}, ${current}`, '*']) {
      const { status, headers, body } = await ask(base, '/', { headers: { 'if-none-match': tag } });
      expect({ status, body, etag: headers.etag }).toEqual({ status: 304, body: '', etag: current });
    }
  });

  test('another etag gets the page, whatever the date says', async () => {
    const headers = { 'if-none-match': etag, 'if-modified-since': today };
    expect((await ask(await edge(), '/', { headers })).status).toBe(200);
  });

  test.each([
    [yesterday, 200],
    [today, 304],
    ['no date', 200],
  ])('if-modified-since %s is answered with %i', async (since, status) => {
    expect((await ask(await edge(), '/', { headers: { 'if-modified-since': since } })).status).toBe(status);
  });
});

describe('what the bucket does not have', () => {
  test.each([403, 404] as const)(
    '%i fails over to the second origin, with the same rewritten path',
    async (missing) => {
      const { status, headers, body } = await ask(await edge({}, missing), '/gone.html?q=1');
      expect({ status, body, cache: headers['x-cache'] }).toEqual({
        status: 404,
        body: 'nope',
        cache: 'Error from local edge',
      });
      expect(missed).toMatchObject([
        { rawPath: '/sites/acme/r/r1/gone.html', requestContext: { http: { method: 'GET' } } },
      ]);
    },
  );

  test('the second origin may have it after all', async () => {
    const base = await edge({ notFound: async () => ({ statusCode: 200, body: 'kept' }) });
    const { status, body, headers } = await ask(base, '/assets/old-1a2b3c4d.css');
    expect({ status, body, cache: headers['x-cache'] }).toEqual({
      status: 200,
      body: 'kept',
      cache: 'Miss from local edge',
    });
  });

  test('an unknown site is answered by the function itself', async () => {
    const { status, headers } = await ask(await edge(), '/', { headers: { host: 'nobody.localhost' } });
    expect({ status, cache: headers['x-cache'] }).toEqual({
      status: 404,
      cache: 'FunctionGeneratedResponse from local edge',
    });
    expect(missed).toEqual([]);
  });
});

test('a large file is streamed whole', async () => {
  const { status, body } = await ask(await edge(), '/assets/big.bin');
  expect({ status, length: body.length }).toEqual({ status: 200, length: big.length });
});

test('a redirect of the function reaches the viewer', async () => {
  const { status, headers } = await ask(await edge(), '/about?a=1');
  expect({ status, location: headers.location }).toEqual({ status: 302, location: '/about/?a=1' });
});

describe('when something behind the edge breaks, the viewer learns that and no more', () => {
  const broken = async () => {
    throw new Error('secret detail at /home/someone/file.ts:12');
  };
  const unreachable: Origin = bucketOrigin('http://127.0.0.1:1', 'site');

  async function failing(): Promise<string> {
    return start(http.createServer((_request, response) => response.writeHead(500).end('Traceback: secret detail')));
  }

  test.each([
    ['the store', { kvs: { get: broken } }, '/', 503],
    ['the origin', { origin: { fetch: broken } }, '/', 502],
    ['the connection to the origin', { origin: unreachable }, '/', 502],
    ['the second origin', { notFound: broken }, '/gone.html', 502],
  ])('%s', async (_what, options, path, expected) => {
    const { status, body } = await ask(await edge(options), path);
    expect(status).toBe(expected);
    expect(body).not.toMatch(/secret|at \/|\.ts/);
    expect(errors).toHaveLength(1);
  });

  test("the origin's own failure page is not shown", async () => {
    const { status, body } = await ask(await edge({ origin: bucketOrigin(await failing(), 'site') }), '/');
    expect(status).toBe(502);
    expect(body).not.toMatch(/secret/);
  });

  test('an answer that breaks off is broken off for the viewer too, never ended as if whole', async () => {
    const half = http.createServer((_request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('half', () => response.destroy());
    });
    const base = await edge({ origin: bucketOrigin(await start(half), 'site') });
    await expect(ask(base, '/')).rejects.toThrow();
  });
});

test('a viewer who leaves while a file is sent is no error', async () => {
  const base = new URL(await edge());
  const socket = net.connect(Number(base.port), base.hostname);
  socket.write('GET /assets/big.bin HTTP/1.1\r\nhost: acme.localhost\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
  expect((await ask(base.href, '/')).status).toBe(200);
  expect(errors).toEqual([]);
});

test('a connection that the bucket closed while idle is replaced unnoticed', async () => {
  const closing = http.createServer((_request, response) => {
    response.end('here', () => setImmediate(() => response.socket?.resetAndDestroy()));
  });
  const base = await edge({ origin: bucketOrigin(await start(closing), 'site') });
  for (let i = 0; i < 20; i++) expect((await ask(base, '/')).status).toBe(200);
});
