import { randomUUID } from 'node:crypto';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { instanceOf, live, reached } from '../backups/pilots.ts';
import { eventually, type Installation, install } from './installation.ts';

const PILOT = { pilot: 'shop', environment: 'production' };
const DATABASE = 'shop-production';

let pilotage: Installation;
beforeAll(async () => {
  pilotage = await install();
  const { emulator } = pilotage.environment;
  Object.assign(process.env, {
    AWS_REGION: emulator.region,
    AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
    AWS_ENDPOINT_URL: emulator.url,
  });
  const { TableNames = [] } = await new DynamoDBClient({}).send(new ListTablesCommand({}));
  process.env.TABLE = TableNames[0];
  await new RDSClient({}).send(
    new CreateDBInstanceCommand({
      ...{ DBInstanceIdentifier: DATABASE, Engine: 'postgres', DBInstanceClass: 'db.t4g.micro', AllocatedStorage: 20 },
      ...{ MasterUsername: 'app', ManageMasterUserPassword: true, DBName: 'app', BackupRetentionPeriod: 7 },
      Tags: Object.entries(PILOT).map(([key, Value]) => ({ Key: `pilotage:${key}`, Value })),
    }),
  );
  await reached(DATABASE);
  await live('shop', 'database: {}\nbackups: {days: 7}\n', { DatabaseId: DATABASE }, '2026-01-01T00:00:00.000Z');
}, 240_000);
afterAll(() => pilotage.end());

const request = () => `${new Date().toISOString()}/${randomUUID()}`;
const view = () => pilotage.ask({ action: 'backups', ...PILOT });
/** What is on its way goes on by itself, at the word of RDS. */
const over = (kind: 'backups' | 'drills') =>
  eventually(async () => (await view())[kind].find(({ status }) => status !== 'making'), `no ${kind} ended`);

describe('with the rights that its functions have', () => {
  it('a backup is taken, restored for a drill, and restored to stay', async () => {
    await pilotage.ask({ action: 'backup', ...PILOT, request: request() });
    expect(await over('backups')).toMatchObject({ status: 'done', snapshot: expect.any(String) });

    const { instance, snapshot } = await pilotage.ask({ action: 'drill', ...PILOT, request: request() });
    expect(await over('drills')).toMatchObject({
      status: 'done',
      checks: [expect.any(String), 'it answers at its address'],
    });
    expect(await instanceOf(instance)).toBeUndefined();

    const restored = await pilotage.ask({ action: 'restore', ...PILOT, snapshot, request: request() });
    const kept = await eventually(
      async () => (await view()).drills.find(({ stays, status }) => stays && status !== 'making'),
      'no end',
    );
    expect(kept).toMatchObject({ status: 'done', secret: expect.stringContaining('rds!db-') });
    expect(await instanceOf(restored.instance)).toMatchObject({ DBInstanceStatus: 'available' });
    expect(await instanceOf(DATABASE)).toMatchObject({ DBInstanceStatus: 'available' });
  }, 240_000);
});
