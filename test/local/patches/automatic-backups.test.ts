import { CreateDBInstanceCommand, DescribeDBInstanceAutomatedBackupsCommand, RDSClient } from '@aws-sdk/client-rds';
import { ASKED, reached } from '../databases/rds.ts';
import { clientOf, runningEmulator } from '../emulator/running.ts';

const window = async (rds: RDSClient, id: string) => {
  const asked = new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceIdentifier: id });
  return (await rds.send(asked)).DBInstanceAutomatedBackups?.map(({ RestoreWindow }) => RestoreWindow);
};

test('rds_automatic_backups: the fault is still there without it', async () => {
  const bare = await runningEmulator({ patches: ['rds_instances'] });
  const rds = new RDSClient({ ...clientOf(bare.emulator), maxAttempts: 1 });
  await expect(window(rds, 'acme')).rejects.toMatchObject({ name: 'InvalidAction' });
  await bare.end();
}, 60_000);

test('rds_automatic_backups: a database tells from when to when it can be brought back', async () => {
  const running = await runningEmulator();
  const rds = new RDSClient(clientOf(running.emulator));
  await rds.send(new CreateDBInstanceCommand({ ...ASKED, DBInstanceIdentifier: 'acme', BackupRetentionPeriod: 7 }));
  await reached(rds, 'acme');
  expect(await window(rds, 'acme')).toEqual([{ EarliestTime: expect.any(Date), LatestTime: expect.any(Date) }]);
  expect(await window(rds, 'nobody')).toEqual([]);
  await running.end();
}, 60_000);
