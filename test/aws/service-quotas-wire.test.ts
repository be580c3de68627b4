import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { rulesPerGroup } from '../../shared/aws/service-quotas.ts';

let answer: { status: number; body: object };
let asked: unknown[];
let server: Server;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    asked.push(JSON.parse(await text(request)));
    response
      .writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(answer.body));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SERVICE_QUOTAS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((over) => server.close(over));
});
beforeEach(() => {
  asked = [];
});

describe('how many rules a group may have', () => {
  it('is what Service Quotas says of that one quota', async () => {
    answer = { status: 200, body: { Quota: { Value: 120 } } };
    expect(await rulesPerGroup()).toBe(120);
    expect(asked).toEqual([{ ServiceCode: 'vpc', QuotaCode: 'L-0EA8095F' }]);
  });

  it('is what every account has where there is none to read', async () => {
    answer = { status: 400, body: { __type: 'NoSuchResourceException', Message: 'The request failed' } };
    expect(await rulesPerGroup()).toBe(60);
  });

  it('is not guessed where we may not know', async () => {
    answer = { status: 400, body: { __type: 'AccessDeniedException', Message: 'no' } };
    await expect(rulesPerGroup()).rejects.toThrow('no');
  });
});
