import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askForRestore } from '../../shared/aws/database-restores.ts';

/** RDS as far as the SDK's wire goes: what it refuses, the emulator takes. */
let server: Server;
let code: string;
let times: number;

beforeAll(async () => {
  server = createServer((_, response) => {
    times += 1;
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>because of ${code}</Message></Error>`;
    response.writeHead(400).end(`<ErrorResponse>${error}</ErrorResponse>`);
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
beforeEach(() => {
  times = 0;
});

const ask = (said: string) => {
  code = said;
  const like = { class: 'db.t4g.micro', securityGroups: ['sg-1'] };
  return askForRestore({ id: 'restored-1', snapshot: 'one', like, multiAz: false, tags: {} });
};

describe('a restore', () => {
  it.each([
    ['DBInstanceAlreadyExists', 'exists'],
    ['DBSnapshotNotFound', 'no snapshot'],
    ['InvalidDBSnapshotState', 'snapshot busy'],
    ['InstanceQuotaExceeded', 'quota'],
    ['InsufficientDBInstanceCapacity', 'no capacity'],
  ])('that ends with %s is told as: %s', async (said, told) => {
    expect(await ask(said)).toBe(told);
  });

  it.each([
    'InvalidParameterCombination',
    'InvalidParameterValue',
    'DBParameterGroupNotFound',
    'DBSubnetGroupNotFoundFault',
    'KMSKeyNotAccessibleFault',
    'InvalidVPCNetworkStateFault',
  ])('that RDS refuses by %s is not asked for again', async (said) => {
    expect(await ask(said)).toEqual({ refused: `because of ${said}` });
    expect(times).toBe(1);
  });

  it('that was not let through is tried again by whoever asked', async () => {
    await expect(ask('AccessDenied')).rejects.toThrow('because of AccessDenied');
  });
});
