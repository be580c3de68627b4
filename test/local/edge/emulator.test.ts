import http from 'node:http';
import { emulatedNotFound, emulatedStore } from '../../../local/edge/emulator.ts';
import { notFoundEvent } from '../../../local/edge/failover.ts';
import { close, listen } from './bucket.ts';

const ARN = 'arn:aws:cloudfront::000000000000:key-value-store/pilots';
let server: http.Server;
let answer: { status: number; body: string; headers?: Record<string, string> };
let asked: { method: string | undefined; url: string | undefined; body: string };
let endpoint: string;

beforeEach(async () => {
  server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked = { method: request.method, url: request.url, body };
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  endpoint = await listen(server);
});
afterEach(() => close(server));

describe('the KeyValueStore', () => {
  test("a key's value is read through the data plane", async () => {
    answer = { status: 200, body: '{"Key":"host:www.acme.example","Value":"acme"}' };
    expect(await emulatedStore(endpoint, ARN).get('host:www.acme.example')).toBe('acme');
    expect(asked.url).toBe(`/key-value-stores/${encodeURIComponent(ARN)}/keys/host%3Awww.acme.example`);
  });

  test('a missing key is undefined', async () => {
    answer = { status: 404, body: '{"Message":"Key acme was not found."}' };
    expect(await emulatedStore(endpoint, ARN).get('acme')).toBeUndefined();
  });

  test.each([
    [404, `{"Message":"Key value store ${ARN} was not found."}`],
    [500, 'no'],
  ])('a store that is not there, or fails, is an error (%i)', async (status, body) => {
    answer = { status, body };
    await expect(emulatedStore(endpoint, ARN).get('acme')).rejects.toThrow(`answered ${status}`);
  });
});

describe('the not-found function', () => {
  const event = notFoundEvent('/sites/acme/r/r1/gone.html', 'GET');

  test('it is invoked with the event of a function URL', async () => {
    answer = { status: 200, body: '{"statusCode":404,"body":"gone"}' };
    expect(await emulatedNotFound(endpoint, 'pilotage-not-found')(event)).toEqual({ statusCode: 404, body: 'gone' });
    expect(asked).toMatchObject({
      method: 'POST',
      url: '/2015-03-31/functions/pilotage-not-found/invocations',
      body: JSON.stringify(event),
    });
  });

  test("a function that threw is an error, its answer is not taken for the viewer's", async () => {
    answer = { status: 200, body: '{"errorMessage":"x"}', headers: { 'x-amz-function-error': 'Unhandled' } };
    await expect(emulatedNotFound(endpoint, 'pilotage-not-found')(event)).rejects.toThrow('pilotage-not-found');
  });
});
