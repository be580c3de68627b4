import {
  AddTagsToResourceCommand,
  type DBInstance,
  DBInstanceAlreadyExistsFault,
  DBInstanceNotFoundFault,
  DBSnapshotNotFoundFault,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  InstanceQuotaExceededFault,
  InsufficientDBInstanceCapacityFault,
  InvalidDBInstanceStateFault,
  InvalidDBSnapshotStateFault,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceMessage,
  RDSClient,
  RDSServiceException,
  RestoreDBInstanceFromDBSnapshotCommand,
  StorageQuotaExceededFault,
} from '@aws-sdk/client-rds';
import { clientConfig } from './config.ts';

const client = new RDSClient(clientConfig);

/** A database as RDS tells of it; `status` in its words: `available`, `renaming`. */
export interface DatabaseNow {
  id: string;
  arn: string;
  status: string;
  engine: string;
  version: string;
  /** GiB, and how many it may grow to by itself. */
  storage: number;
  mostStorage?: number;
  class: string;
  /** The master user, and the database that was made with it. */
  user: string;
  name: string;
  madeAt?: string;
  /** Absent while it is being made. */
  address?: { host: string; port: number };
  subnetGroup?: string;
  parameterGroup?: string;
  securityGroups: string[];
  multiAz: boolean;
  retention: number;
  logs: string[];
  minorUpgrades: boolean;
  insights: boolean;
  protected: boolean;
  /** RDS keeps its password in a secret of its own, and changes it. */
  managedSecret?: string;
  secretStatus?: string;
  replicas: string[];
  tags: Record<string, string>;
}

/**
 * @returns undefined where there is none.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html
 */
export async function readDatabase(id: string): Promise<DatabaseNow | undefined> {
  try {
    const { DBInstances: [found] = [] } = await client.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }),
    );
    return found && databaseOf(found);
  } catch (error) {
    if (error instanceof DBInstanceNotFoundFault) return undefined;
    throw error;
  }
}

function databaseOf(found: DBInstance): DatabaseNow {
  const { Endpoint, MasterUserSecret: secret, InstanceCreateTime: madeAt, TagList = [] } = found;
  const mostStorage = found.MaxAllocatedStorage;
  const subnetGroup = found.DBSubnetGroup?.DBSubnetGroupName;
  const parameterGroup = found.DBParameterGroups?.[0]?.DBParameterGroupName;
  return {
    id: found.DBInstanceIdentifier ?? '',
    arn: found.DBInstanceArn ?? '',
    status: found.DBInstanceStatus ?? '',
    engine: found.Engine ?? '',
    version: found.EngineVersion ?? '',
    storage: found.AllocatedStorage ?? 0,
    ...(mostStorage && { mostStorage }),
    class: found.DBInstanceClass ?? '',
    user: found.MasterUsername ?? '',
    name: found.DBName ?? '',
    ...(madeAt && { madeAt: madeAt.toISOString() }),
    ...(Endpoint?.Address && { address: { host: Endpoint.Address, port: Endpoint.Port ?? 0 } }),
    ...(subnetGroup && { subnetGroup }),
    ...(parameterGroup && { parameterGroup }),
    securityGroups: (found.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId: group = '' }) => group),
    multiAz: found.MultiAZ ?? false,
    retention: found.BackupRetentionPeriod ?? 0,
    logs: found.EnabledCloudwatchLogsExports ?? [],
    minorUpgrades: found.AutoMinorVersionUpgrade ?? false,
    insights: found.PerformanceInsightsEnabled ?? false,
    protected: found.DeletionProtection ?? false,
    ...(secret?.SecretArn && { managedSecret: secret.SecretArn, secretStatus: secret.SecretStatus ?? '' }),
    replicas: found.ReadReplicaDBInstanceIdentifiers ?? [],
    tags: Object.fromEntries(TagList.map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

/** What became of asking for a database from a snapshot. */
export type RestoreAsked =
  | 'asked'
  | 'exists'
  | 'no snapshot'
  | 'snapshot busy'
  | 'quota'
  | 'no capacity'
  /** RDS does not do it, and would not the next time. */
  | { refused: string };

/** What is made, as far as the snapshot does not say it. */
export interface RestoreWanted {
  id: string;
  snapshot: string;
  like: Pick<DatabaseNow, 'class' | 'subnetGroup' | 'parameterGroup' | 'securityGroups'>;
  multiAz: boolean;
  tags: Record<string, string>;
}

/**
 * Begins with making a database from a snapshot, which takes from minutes to hours; its passwords are those of the
 * snapshot's time.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
 */
export async function askForRestore({ id, snapshot, like, multiAz, tags }: RestoreWanted): Promise<RestoreAsked> {
  try {
    await client.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: id,
        DBSnapshotIdentifier: snapshot,
        DBInstanceClass: like.class,
        ...(like.subnetGroup && { DBSubnetGroupName: like.subnetGroup }),
        ...(like.parameterGroup && { DBParameterGroupName: like.parameterGroup }),
        VpcSecurityGroupIds: like.securityGroups,
        MultiAZ: multiAz,
        PubliclyAccessible: false,
        CopyTagsToSnapshot: true,
        AutoMinorVersionUpgrade: false,
        DeletionProtection: false,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return 'asked';
  } catch (error) {
    if (error instanceof DBInstanceAlreadyExistsFault) return 'exists';
    if (error instanceof DBSnapshotNotFoundFault) return 'no snapshot';
    if (error instanceof InvalidDBSnapshotStateFault) return 'snapshot busy';
    if (error instanceof InstanceQuotaExceededFault || error instanceof StorageQuotaExceededFault) return 'quota';
    if (error instanceof InsufficientDBInstanceCapacityFault) return 'no capacity';
    if (error instanceof RDSServiceException && REFUSALS.test(error.name)) return { refused: error.message };
    throw error;
  }
}

/** Of a request that does not become right by itself: `InvalidParameterCombination`, `KMSKeyNotAccessibleFault`. */
const REFUSALS =
  /^(?:InvalidParameter|InvalidRestore|InvalidSubnet|InvalidVPC|KMSKey|DBParameterGroup|DBSubnetGroup|StorageType|TenantDatabase|Domain|BackupPolicy)/;

/** `busy`: it is not in a state in which it can be changed. */
export type Changed = 'asked' | 'busy' | 'gone' | 'name taken';

/**
 * Changes a database at once.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
 */
export async function changeDatabase(
  id: string,
  change: Omit<ModifyDBInstanceMessage, 'DBInstanceIdentifier' | 'ApplyImmediately'>,
): Promise<Changed> {
  try {
    await client.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: id, ApplyImmediately: true, ...change }));
    return 'asked';
  } catch (error) {
    if (error instanceof DBInstanceAlreadyExistsFault) return 'name taken';
    if (error instanceof InvalidDBInstanceStateFault) return 'busy';
    if (error instanceof DBInstanceNotFoundFault) return 'gone';
    throw error;
  }
}

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddTagsToResource.html */
export async function tagDatabase(arn: string, tags: Record<string, string>): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await client.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags }));
}

/**
 * Removes a database with all that is in it, and takes no snapshot of it. One that is gone, or on its way, is no error.
 * @returns false while it cannot be removed yet.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
 */
export async function removeDatabase(id: string): Promise<boolean> {
  try {
    await client.send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: id,
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: true,
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof DBInstanceNotFoundFault) return true;
    if (error instanceof InvalidDBInstanceStateFault) return false;
    throw error;
  }
}
