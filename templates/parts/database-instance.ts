import {
  classOf,
  type Database,
  databaseName,
  familyOf,
  grownFor,
  isPinned,
  LOGS,
  mostStorageOf,
  replicaName,
  restoredFor,
  versionOf,
} from '../../shared/preview/database.ts';
import type { Site } from '../../shared/preview/model.ts';
import { att, type Part, parameter, type Resource, ref, type Value } from '../template.ts';
import { DATABASE_GROUP, SUBNET_GROUP } from './database-network.ts';
import { DATABASE, givenPassword, REPLICA } from './database-secret.ts';

const PROTECTION = 'DatabaseProtection';
const PARAMETERS = 'DatabaseParameters';

/**
 * The database itself, its settings and its copies.
 * @param after names of resources that have to be there before.
 */
export const databaseInstancePart = (site: Site, database: Database, after: string[]): Part => ({
  Parameters: { [PROTECTION]: parameter('Whether the database is protected against deletion', 'true|false') },
  Resources: {
    [PARAMETERS]: parametersOf(database),
    [DATABASE]: instance(site, database, after),
    ...replicas(site, database),
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html */
function instance(site: Site, database: Database, after: string[]): Resource {
  const { engine, storage, multiAz } = grownFor(site, database);
  const most = mostStorageOf(grownFor(site, database));
  return {
    Type: 'AWS::RDS::DBInstance',
    DependsOn: after,
    DeletionPolicy: 'Snapshot',
    UpdateReplacePolicy: 'Snapshot',
    Properties: {
      ...common(site, database),
      DBInstanceIdentifier: databaseName(site, database),
      Engine: engine,
      EngineVersion: versionOf(database),
      // The manifest names the version; RDS is not to refuse what it says.
      AllowMajorVersionUpgrade: true,
      ...contentOf(site, database),
      ...passwordOf(site),
      AllocatedStorage: String(storage),
      ...(most > storage && { MaxAllocatedStorage: most }),
      StorageType: 'gp3',
      MultiAZ: multiAz,
      DBSubnetGroupName: ref(SUBNET_GROUP),
      BackupRetentionPeriod: site.manifest.backups?.days ?? USUAL_DAYS,
      DeletionProtection: ref(PROTECTION),
      EnableCloudwatchLogsExports: LOGS[engine],
    },
  };
}

/**
 * An empty database, or what is in a snapshot. That has its own names and is encrypted as it was, so that neither is given
 * with it; and it has to be named as long as the database is there, since without it CloudFormation makes an empty one.
 */
function contentOf(site: Site, database: Database): Record<string, Value> {
  const restored = restoredFor(site, database);
  if (restored) return { DBSnapshotIdentifier: restored.snapshot };
  // What brings it back to any moment outlives it. CloudFormation takes that with no snapshot.
  return {
    DBName: database.name,
    MasterUsername: database.user,
    StorageEncrypted: true,
    DeleteAutomatedBackups: false,
  };
}

/** As `backups.days` says where the section is there. */
const USUAL_DAYS = 7;

/** What the database and its copies have alike. */
const common = (site: Site, database: Database) => ({
  DBInstanceClass: classOf(database, site.load),
  DBParameterGroupName: ref(PARAMETERS),
  VPCSecurityGroups: [att(DATABASE_GROUP, 'GroupId')],
  PubliclyAccessible: false,
  CopyTagsToSnapshot: true,
  AutoMinorVersionUpgrade: !isPinned(database),
  ...(isInsightful(database, classOf(database, site.load)) && {
    EnablePerformanceInsights: true,
    // Days that cost nothing.
    PerformanceInsightsRetentionPeriod: 7,
  }),
});

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.Engines.html */
const isInsightful = ({ engine }: Database, type: string): boolean =>
  engine === 'postgres' || !/^db\.t\d\w*\.(?:micro|small)$/.test(type);

/**
 * RDS makes the password, keeps it in a secret of its own and changes it, unless the manifest says where one lies, which
 * CloudFormation reads as it makes the database. One that is made from a snapshot gets it right after that.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
 */
function passwordOf(site: Site): Record<string, Value> {
  const given = givenPassword(site);
  if (!given) return { ManageMasterUserPassword: true };
  const { name, field } = given;
  return { MasterUserPassword: `{{resolve:secretsmanager:${name}:SecretString${field ? `:${field}` : ''}}}` };
}

/** Nothing is sent in the clear, unless the manifest's own parameters say so. */
const ENCRYPTED = {
  postgres: { 'rds.force_ssl': '1' },
  mysql: { require_secure_transport: '1' },
  mariadb: { require_secure_transport: '1' },
} as const;

const parametersOf = (database: Database): Resource => ({
  Type: 'AWS::RDS::DBParameterGroup',
  Properties: {
    Description: 'Settings of the database',
    Family: familyOf(database),
    Parameters: { ...ENCRYPTED[database.engine], ...database.parameters },
  },
});

/** A copy has no backups of its own, and nothing is lost with it. */
const replicas = (site: Site, database: Database): Record<string, Resource> =>
  Object.fromEntries(
    Array.from({ length: database.replicas }, (_, index) => [
      `${REPLICA}${index + 1}`,
      {
        Type: 'AWS::RDS::DBInstance',
        DeletionPolicy: 'Delete',
        UpdateReplacePolicy: 'Delete',
        Properties: {
          ...common(site, database),
          DBInstanceIdentifier: replicaName(site, database, index + 1),
          SourceDBInstanceIdentifier: ref(DATABASE),
        },
      } satisfies Resource,
    ]),
  );
