import {
  CreateDBSnapshotCommand,
  DBInstanceNotFoundFault,
  DBSnapshotAlreadyExistsFault,
  DBSnapshotNotFoundFault,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  InvalidDBInstanceStateFault,
  RDSClient,
  SnapshotQuotaExceededFault,
} from '@aws-sdk/client-rds';
import { clientConfig } from './config.ts';

const client = new RDSClient(clientConfig);

/** A snapshot that somebody asked for; `status` in the words of RDS: `creating`, `available`, `failed`. */
export interface DatabaseSnapshot {
  id: string;
  /** The database that it is of. */
  database: string;
  status: string;
  /** How much of it is done. */
  percent: number;
}

/**
 * @returns undefined where there is none.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html
 */
export async function findSnapshot(id: string): Promise<DatabaseSnapshot | undefined> {
  try {
    const { DBSnapshots: [found] = [] } = await client.send(
      new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: id, SnapshotType: 'manual' }),
    );
    if (!found) return undefined;
    const { DBInstanceIdentifier: database = '', Status: status = '', PercentProgress: percent = 0 } = found;
    return { id, database, status, percent };
  } catch (error) {
    if (error instanceof DBSnapshotNotFoundFault) return undefined;
    throw error;
  }
}

/** What became of asking for a snapshot. `busy`: the database is not available at this moment. */
export type SnapshotAsked = 'asked' | 'exists' | 'busy' | 'quota' | 'no database';

/**
 * Begins with a snapshot, which takes from minutes to hours.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html
 */
export async function askForSnapshot(
  id: string,
  database: string,
  tags: Record<string, string>,
): Promise<SnapshotAsked> {
  try {
    await client.send(
      new CreateDBSnapshotCommand({
        DBSnapshotIdentifier: id,
        DBInstanceIdentifier: database,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return 'asked';
  } catch (error) {
    if (error instanceof DBSnapshotAlreadyExistsFault) return 'exists';
    if (error instanceof InvalidDBInstanceStateFault) return 'busy';
    if (error instanceof SnapshotQuotaExceededFault) return 'quota';
    if (error instanceof DBInstanceNotFoundFault) return 'no database';
    throw error;
  }
}

/**
 * How a database fares, in the words of RDS: `available`, `storage-full`; undefined where there is none.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
 */
export async function databaseStatus(id: string): Promise<string | undefined> {
  try {
    const { DBInstances: [found] = [] } = await client.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }),
    );
    return found?.DBInstanceStatus;
  } catch (error) {
    if (error instanceof DBInstanceNotFoundFault) return undefined;
    throw error;
  }
}

/**
 * GiB that a database has or is just getting, since RDS may let it grow; undefined where there is none.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
 */
export async function storageOf(id: string): Promise<number | undefined> {
  try {
    const { DBInstances: [found] = [] } = await client.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }),
    );
    const { AllocatedStorage: has = 0, PendingModifiedValues: coming } = found ?? {};
    return found && Math.max(has, coming?.AllocatedStorage ?? 0);
  } catch (error) {
    if (error instanceof DBInstanceNotFoundFault) return undefined;
    throw error;
  }
}
