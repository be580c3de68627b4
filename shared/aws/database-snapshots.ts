import {
  DBInstanceAutomatedBackupNotFoundFault,
  type DBSnapshot,
  DBSnapshotNotFoundFault,
  DeleteDBSnapshotCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBSnapshotsCommand,
  InvalidDBSnapshotStateFault,
  paginateDescribeDBSnapshots,
  RDSClient,
} from '@aws-sdk/client-rds';
import { clientConfig } from './config.ts';

const client = new RDSClient(clientConfig);

/** A snapshot that somebody asked for; `status` in the words of RDS. */
export interface KeptSnapshot {
  id: string;
  database: string;
  status: string;
  /** How much of it is done, 0 to 100. */
  percent: number;
  /** When it was asked for (ISO); absent until RDS has begun. */
  at?: string;
  engine: string;
  version: string;
  /** The master user; absent where RDS does not say it. */
  user?: string;
  /** GiB of the storage that it is of. */
  storage: number;
  tags: Record<string, string>;
}

/**
 * All snapshots that were asked for of a database, the newest first.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html
 */
export async function listSnapshots(database: string): Promise<KeptSnapshot[]> {
  const found: KeptSnapshot[] = [];
  const asked = { DBInstanceIdentifier: database, SnapshotType: 'manual' };
  for await (const { DBSnapshots = [] } of paginateDescribeDBSnapshots({ client, pageSize: 100 }, asked))
    found.push(...DBSnapshots.map(snapshotOf));
  return found.sort((a, b) => (b.at ?? '9').localeCompare(a.at ?? '9'));
}

/** The same of several. */
export async function listSnapshotsOf(databases: readonly string[]): Promise<KeptSnapshot[]> {
  const found = await Promise.all(databases.map(listSnapshots));
  return found.flat().sort((a, b) => (b.at ?? '9').localeCompare(a.at ?? '9'));
}

/** @returns undefined where there is none. */
export async function readSnapshot(id: string): Promise<KeptSnapshot | undefined> {
  try {
    const { DBSnapshots: [found] = [] } = await client.send(
      new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: id, SnapshotType: 'manual' }),
    );
    return found && snapshotOf(found);
  } catch (error) {
    if (error instanceof DBSnapshotNotFoundFault) return undefined;
    throw error;
  }
}

function snapshotOf(found: DBSnapshot): KeptSnapshot {
  const { DBSnapshotIdentifier: id = '', DBInstanceIdentifier: database = '', Status: status = '' } = found;
  const { OriginalSnapshotCreateTime: at = found.SnapshotCreateTime, PercentProgress: percent = 0 } = found;
  const { Engine: engine = '', EngineVersion: version = '', AllocatedStorage: storage = 0, TagList = [] } = found;
  const user = found.MasterUsername;
  const tags = Object.fromEntries(TagList.map(({ Key = '', Value = '' }) => [Key, Value]));
  return {
    id,
    database,
    status,
    percent,
    ...(at && { at: at.toISOString() }),
    engine,
    version,
    ...(user && { user }),
    storage,
    tags,
  };
}

/**
 * One that is gone already is no error.
 * @returns false while it cannot be removed: it is being taken, or copied.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSnapshot.html
 */
export async function removeSnapshot(id: string): Promise<boolean> {
  try {
    await client.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: id }));
    return true;
  } catch (error) {
    if (error instanceof DBSnapshotNotFoundFault) return true;
    if (error instanceof InvalidDBSnapshotStateFault) return false;
    throw error;
  }
}

/**
 * From when to when (ISO) a database can be brought back to any moment, from its automatic backups; undefined where it has none.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstanceAutomatedBackups.html
 */
export async function restorableWindow(database: string): Promise<{ earliest: string; latest: string } | undefined> {
  try {
    const { DBInstanceAutomatedBackups = [] } = await client.send(
      new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceIdentifier: database }),
    );
    const { EarliestTime, LatestTime } =
      DBInstanceAutomatedBackups.find(({ Status }) => Status === 'active')?.RestoreWindow ?? {};
    return EarliestTime && LatestTime
      ? { earliest: EarliestTime.toISOString(), latest: LatestTime.toISOString() }
      : undefined;
  } catch (error) {
    if (error instanceof DBInstanceAutomatedBackupNotFoundFault) return undefined;
    throw error;
  }
}
