import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { storageOf } from '../../shared/aws/databases.ts';

/** RDS as far as the SDK's wire goes: nothing is ever on its way in the emulator's. */
let server: Server;
let database: string | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(database === undefined ? 404 : 200, { 'content-type': 'text/xml' });
    response.end(
      database === undefined
        ? '<ErrorResponse><Error><Type>Sender</Type><Code>DBInstanceNotFound</Code><Message>none</Message></Error></ErrorResponse>'
        : `<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances><DBInstance>${database}</DBInstance></DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>`,
    );
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

describe('the storage of a database', () => {
  it.each([
    ['what it has', '<AllocatedStorage>40</AllocatedStorage>', 40],
    [
      'what it is just getting',
      '<AllocatedStorage>40</AllocatedStorage><PendingModifiedValues><AllocatedStorage>50</AllocatedStorage></PendingModifiedValues>',
      50,
    ],
    ['not known where there is none', undefined, undefined],
  ])('is %s', async (_, told, storage) => {
    database = told;
    expect(await storageOf('acme-shop-production')).toBe(storage);
  });
});
