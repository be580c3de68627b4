import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lookUp, type Subject } from '../../shared/planning/look-up.ts';

/** Secrets Manager and Parameter Store as far as the SDK's wire goes; it tells how many asked at the same time. */
let server: Server;
let asked: { action: string; body: Record<string, unknown> }[];
let atOnce: number;
let most: number;
let answer: (action: string, body: Record<string, unknown>) => [status: number, body: object];

const secret = (name: string): Subject => ({ from: 'secret', name });
const parameter = (name: string): Subject => ({ from: 'ssm', name });

beforeAll(async () => {
  server = createServer(async (request, response) => {
    most = Math.max(most, ++atOnce);
    let text = '';
    for await (const chunk of request) text += chunk;
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    asked.push({ action, body: JSON.parse(text) });
    const [status, body] = answer(action, JSON.parse(text));
    // Whoever else wants to ask at the same time has had the time to.
    setTimeout(() => {
      atOnce--;
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    }, 20);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: url,
  });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  [asked, atOnce, most] = [[], 0, 0];
});

describe('looking for what a manifest names', () => {
  it('asks for each secret once, and for ten at the same time', async () => {
    answer = () => [200, {}];
    const subjects = Array.from({ length: 25 }, (_, index) => secret(`s${index}`));
    const found = await lookUp([...subjects, ...subjects]);
    expect([...found.values()]).toEqual(subjects.map(() => 'there'));
    expect([asked.length, most]).toEqual([25, 10]);
  });

  it('asks for fifty parameters in one call, and goes on after an empty page', async () => {
    answer = (_, { NextToken, ParameterFilters }) => {
      const [{ Values = [] } = {}] = ParameterFilters as { Values?: string[] }[];
      if (!NextToken) return [200, { Parameters: [], NextToken: 'more' }];
      return [200, { Parameters: Values.filter((name) => name !== '/p7').map((Name) => ({ Name })) }];
    };
    const found = await lookUp(Array.from({ length: 60 }, (_, index) => parameter(`/p${index}`)));
    expect([...found].filter(([, state]) => state !== 'there')).toEqual([['ssm /p7', 'missing']]);
    expect(asked.map(({ action }) => action)).toEqual(Array.from({ length: 4 }, () => 'DescribeParameters'));
  });

  it('never asks for a value', async () => {
    answer = () => [200, { Parameters: [] }];
    await lookUp([secret('s'), parameter('/p')]);
    expect(asked.map(({ action }) => action).sort()).toEqual(['DescribeParameters', 'DescribeSecret']);
  });

  it('tells what is not there, what was deleted, and what it may not know', async () => {
    answer = (_, { SecretId }) => {
      if (SecretId === 'gone') return [200, { DeletedDate: 1_700_000_000 }];
      if (SecretId === 'foreign') return [400, { __type: 'AccessDeniedException' }];
      return [400, { __type: 'ResourceNotFoundException' }];
    };
    expect(Object.fromEntries(await lookUp(['gone', 'foreign', 'none'].map(secret)))).toEqual({
      'secret gone': 'deleted',
      'secret foreign': 'denied',
      'secret none': 'missing',
    });
  });

  it('breaks down with the service, so that nothing is called missing that is not', async () => {
    answer = () => [400, { __type: 'InvalidRequestException', message: 'no' }];
    await expect(lookUp([secret('s')])).rejects.toThrow('no');
  });
});
