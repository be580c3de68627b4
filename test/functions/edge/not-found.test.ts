import type { LambdaFunctionURLEvent } from 'aws-lambda';
import type { handler as Handler } from '../../../functions/edge/not-found.ts';
import { bucketServer, close, listen, type StoredObject } from '../../local/edge/bucket.ts';

const MB = 1024 * 1024;
const immutable = 'public, max-age=31536000, immutable';
const objects: Record<string, StoredObject> = {
  '/site/sites/acme/shared/assets/old-1a2b3c4d.css': { body: 'a{}', type: 'text/css', cacheControl: immutable },
  '/site/sites/acme/shared/assets/caf\u00e9.svg': { body: '<svg/>', type: 'image/svg+xml' },
  '/site/sites/acme/shared/assets/at-limit.bin': { body: Buffer.alloc(4 * MB), type: 'application/octet-stream' },
  '/site/sites/acme/shared/assets/too-large.bin': { body: Buffer.alloc(4 * MB + 1), type: 'application/octet-stream' },
  '/site/sites/acme/r/r1/.pilotage/404.html': { body: '<h1>Acme has no such page</h1>' },
  '/site/sites/other/shared/assets/theirs.css': { body: 'secret' },
};

interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}

const bucket = bucketServer(objects);
const before = { ...process.env };
let handler: typeof Handler;

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL_S3 = await listen(bucket.server);
  Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  process.env.SITE_BUCKET = 'site';
  // The client takes its endpoint from the environment when the module is loaded.
  ({ handler } = jest.requireActual('../../../functions/edge/not-found.ts'));
});
afterAll(async () => {
  await close(bucket.server);
  process.env = before;
});
beforeEach(() => {
  bucket.missing = 404;
  bucket.asked.length = 0;
});

async function ask(rawPath: string, method = 'GET'): Promise<Answer> {
  return (await handler({ rawPath, requestContext: { http: { method } } } as LambdaFunctionURLEvent)) as Answer;
}
const text = (answer: Answer) => Buffer.from(answer.body ?? '', 'base64').toString();

test('an asset that only an older release had is served from the shared area, with its own headers', async () => {
  const answer = await ask('/sites/acme/r/r2/assets/old-1a2b3c4d.css');
  expect(answer).toMatchObject({
    statusCode: 200,
    headers: { 'content-type': 'text/css', 'cache-control': immutable, etag: expect.any(String) },
  });
  expect(text(answer)).toBe('a{}');
});

test('an encoded name is found', async () => {
  expect(text(await ask('/sites/acme/r/r2/assets/caf%C3%A9.svg'))).toBe('<svg/>');
});

test('an asset of 4 MB is served, a larger one is not: the answer would not fit', async () => {
  const served = await ask('/sites/acme/r/r1/assets/at-limit.bin');
  expect(served.statusCode).toBe(200);
  expect(JSON.stringify(served).length).toBeLessThan(6 * MB);
  expect((await ask('/sites/acme/r/r1/assets/too-large.bin')).statusCode).toBe(404);
});

test("what is nowhere gets the release's own page, as a 404 that is cached for a minute", async () => {
  const answer = await ask('/sites/acme/r/r1/gone/');
  expect(answer).toMatchObject({
    statusCode: 404,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'public, max-age=0, s-maxage=60' },
  });
  expect(text(answer)).toBe('<h1>Acme has no such page</h1>');
});

test.each(['/sites/acme/r/r9/gone.html', '/sites/acme/shared/assets/gone.css', '/somewhere/else', '/'])(
  '%s gets the plain page where the release has none',
  async (path) => {
    const answer = await ask(path);
    expect(answer).toMatchObject({ statusCode: 404, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(text(answer)).toContain('Page not found');
  },
);

test('a path of the shared area is not looked up again: S3 was asked already', async () => {
  await ask('/sites/acme/shared/assets/gone.css');
  expect(bucket.asked).toEqual([]);
});

test.each(['/sites/acme/r/r1/../../../other/shared/assets/theirs.css', '/sites/acme/r/r1/%2e%2e/%2e%2e/x'])(
  "%s reaches no other site's files",
  async (path) => {
    expect((await ask(path)).statusCode).toBe(404);
    expect(bucket.asked).toEqual([]);
  },
);

test('HEAD has no body', async () => {
  expect(await ask('/sites/acme/r/r2/assets/old-1a2b3c4d.css', 'HEAD')).toMatchObject({ statusCode: 200 });
  expect(await ask('/sites/acme/r/r2/assets/old-1a2b3c4d.css', 'HEAD')).not.toHaveProperty('body');
});

test('other methods are not served', async () => {
  expect(await ask('/sites/acme/r/r1/x', 'POST')).toMatchObject({ statusCode: 405 });
});

test('403 means "not there" too: S3 says so to those who may not list', async () => {
  bucket.missing = 403;
  expect(text(await ask('/sites/acme/r/r9/gone.html'))).toContain('Page not found');
});
