import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CallFunction } from '../../../local/balancer/function-call.ts';
import { answerIn, callFunction, eventOf } from '../../../local/balancer/function-target.ts';

const asked = (url: string, headersDistinct: Record<string, string[]> = {}, method = 'GET') =>
  ({ method, url, headersDistinct }) as Pick<IncomingMessage, 'method' | 'url' | 'headersDistinct'>;
const NOTHING = Buffer.alloc(0);

describe('the event of a load balancer', () => {
  it('tells parameters as they were sent, of each the last', () => {
    const event = eventOf(asked('/a%20b?x=1&x=%C3%A4&empty&y=a=b'), {}, NOTHING, 'arn');
    expect(event).toMatchObject({
      requestContext: { elb: { targetGroupArn: 'arn' } },
      ...{ httpMethod: 'GET', path: '/a%20b', body: '', isBase64Encoded: false },
      queryStringParameters: { x: '%C3%A4', empty: '', y: 'a=b' },
    });
    expect(event).not.toHaveProperty('multiValueHeaders');
  });

  it('tells of each header the last, and who asked', () => {
    const distinct = { accept: ['text/html', 'text/plain'], 'x-forwarded-for': ['10.0.0.1'] };
    const headers = { accept: 'text/html, text/plain', 'x-forwarded-for': '10.0.0.1, 127.0.0.1' };
    expect(eventOf(asked('/', distinct), headers, NOTHING, 'arn').headers).toEqual({
      accept: 'text/plain',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
    });
  });

  it.each([
    ['application/json; charset=utf-8', undefined, false],
    ['text/csv', undefined, false],
    ['text/csv', 'gzip', true],
    ['image/png', undefined, true],
    [undefined, undefined, true],
  ])('has a body of %s, encoded with %s, as base64: %s', (type, encoding, isBase64Encoded) => {
    const distinct = { ...(type && { 'content-type': [type] }), ...(encoding && { 'content-encoding': [encoding] }) };
    const event = eventOf(asked('/', distinct, 'POST'), {}, Buffer.from('{}'), 'arn');
    expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? 'e30=' : '{}' });
  });
});

describe('the answer of a function', () => {
  it('is what it says, its body decoded', () => {
    const headers = { 'content-type': 'text/plain', age: 5 };
    expect(
      answerIn({ statusCode: 201, statusDescription: '201 Created', headers, body: 'aGk=', isBase64Encoded: true }),
    ).toEqual({
      ...{ status: 201, words: 'Created', body: Buffer.from('hi') },
      headers: { 'content-type': 'text/plain', age: '5' },
    });
    expect(answerIn({ statusCode: 204 })).toEqual({ status: 204, headers: {}, body: NOTHING });
  });

  it.each<[string, unknown]>([
    ['has no status', { body: 'hi' }],
    ['has one that is none', { statusCode: 99 }],
    ['is text alone', 'hi'],
    ['never came', undefined],
    ['has a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['is longer than a load balancer takes', { statusCode: 200, body: 'x'.repeat(1024 ** 2 + 1) }],
  ])('cannot be read when it %s', (_what, told) => {
    expect(answerIn(told)).toBeUndefined();
  });
});

/** What a viewer gets from a function that answers so. */
async function answered(call: CallFunction, body = '') {
  const server = createServer((incoming, answer) => {
    const onFailed = (status: number) => answer.writeHead(status).end();
    void callFunction(incoming, answer, { target: 'alias', group: 'group', headers: {}, call, onFailed });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise<[number | undefined, string]>((resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port, method: 'POST', agent: false }, (response) => {
        text(response).then((whole) => resolve([response.statusCode, whole]), reject);
      });
      asking.on('error', reject).end(body);
    });
  } finally {
    server.close();
  }
}

test('a request becomes a call, and its answer HTTP', async () => {
  expect(await answered(async (arn) => ({ statusCode: 200, body: arn }))).toEqual([200, 'alias']);
});

test('a function that fails is 502, and what is too long for it 413', async () => {
  expect(await answered(() => Promise.reject(new Error('throttled')))).toEqual([502, '']);
  expect(await answered(async () => undefined)).toEqual([502, '']);
  expect(await answered(async () => ({ statusCode: 200 }), 'x'.repeat(1024 ** 2 + 1))).toEqual([413, '']);
});
