import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAccessPoint, deleteAccessPoint, findAccessPoints } from '../../shared/aws/access-points.ts';

interface Asked {
  request: IncomingMessage;
  body: string;
}
let server: Server;
let asked: Asked[];
/** What it answers in turn; the last for ever. */
let answers: (readonly [status: number, body: object] | 'broken')[];

/** How EFS tells the SDK which error it is. */
const errorTypeOf = (body: object): Record<string, string> =>
  'ErrorCode' in body ? { 'x-amzn-errortype': String(body.ErrorCode) } : {};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ request, body });
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 'broken';
    if (answer === 'broken') return response.destroy();
    response
      .writeHead(answer[0], { 'content-type': 'application/json', ...errorTypeOf(answer[1]) })
      .end(JSON.stringify(answer[1]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_ENDPOINT_URL_EFS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterAll(() => {
  delete process.env.AWS_ENDPOINT_URL_EFS;
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
});

const point = (id: string, more = {}) => ({ AccessPointId: id, LifeCycleState: 'available', ...more });
const WANTED = {
  fileSystem: 'fs-1',
  path: '/configuration/1',
  user: { uid: 65_534, gid: 65_534 },
  tags: { 'pilotage:pilot': 'acme' },
  token: 'once',
};

it('asks EFS as itself, with what it is given', async () => {
  answers = [[200, {}]];
  await findAccessPoints('fs-1');
  await createAccessPoint(WANTED);
  await deleteAccessPoint('fsap-1');
  expect(asked.map(({ request: { method, url } }) => `${method} ${url}`)).toEqual([
    'GET /2015-02-01/access-points?FileSystemId=fs-1&MaxResults=100',
    'POST /2015-02-01/access-points',
    'DELETE /2015-02-01/access-points/fsap-1',
  ]);
  for (const one of asked) {
    const { authorization } = one.request.headers;
    expect(authorization).toContain('/eu-central-1/elasticfilesystem/aws4_request');
  }
  expect(JSON.parse(asked[1]?.body ?? '')).toEqual({
    ClientToken: 'once',
    FileSystemId: 'fs-1',
    PosixUser: { Uid: 65_534, Gid: 65_534 },
    RootDirectory: { Path: '/configuration/1' },
    Tags: [{ Key: 'pilotage:pilot', Value: 'acme' }],
  });
});

it('reads all pages, and what each is like', async () => {
  answers = [
    [200, { AccessPoints: [point('fsap-1', { RootDirectory: { Path: '/a' } })], NextToken: 'to 2' }],
    [200, { AccessPoints: [point('fsap-2', { LifeCycleState: 'deleting', Tags: [{ Key: 'a', Value: 'b' }] })] }],
  ];
  expect(await findAccessPoints('fs-1')).toEqual([
    { id: 'fsap-1', path: '/a', isReady: true, isGoing: false, tags: {} },
    { id: 'fsap-2', path: '/', isReady: false, isGoing: true, tags: { a: 'b' } },
  ]);
  expect(asked[1]?.request.url).toContain('NextToken=to%202');
});

it('takes one that is there already for made, and one that is gone for removed', async () => {
  answers = [[409, { ErrorCode: 'AccessPointAlreadyExists' }]];
  await createAccessPoint(WANTED);
  answers = [[404, { ErrorCode: 'AccessPointNotFound' }]];
  await deleteAccessPoint('fsap-1');
  expect(asked).toHaveLength(2);
});

it('throws what trying again does not help, once', async () => {
  answers = [[403, { ErrorCode: 'AccessDeniedException', Message: 'you may not' }]];
  await expect(createAccessPoint(WANTED)).rejects.toThrow('you may not');
  expect(asked).toHaveLength(1);
});
