import { randomUUID } from 'node:crypto';
import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { emulatorUrl } from './emulator.ts';

/** A database in the emulator that RDS has let grow to so many GiB. @returns what RDS calls it. */
export async function grownDatabase(storage: number): Promise<string> {
  const DBInstanceIdentifier = `database${randomUUID().slice(0, 8)}`;
  const client = new RDSClient({ endpoint: emulatorUrl() });
  await client.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier,
      AllocatedStorage: storage,
      DBInstanceClass: 'db.t4g.micro',
      Engine: 'postgres',
      MasterUsername: 'app',
      MasterUserPassword: randomUUID(),
    }),
  );
  return DBInstanceIdentifier;
}
