import type { ResolvedFor } from '../../shared/manifest/complete.ts';
import { type Database, digitsOf, logGroupsOf, ownDatabase, restoredFor } from '../../shared/preview/database.ts';
import type { Site } from '../../shared/preview/model.ts';
import { logDaysOf } from '../../shared/preview/parts/care.ts';
import { att, type Part, type Resource, ref, type Value } from '../template.ts';
import { databaseAlarms } from './database-alarms.ts';
import { databaseInstancePart } from './database-instance.ts';
import { databaseNetworkPart } from './database-network.ts';
import { DATABASE, databaseSecret, REPLICA } from './database-secret.ts';
import type { Placed } from './network.ts';

type Network = NonNullable<ResolvedFor<'ecs'>['network']>;

/**
 * The pilot's database, where it has one of its own: encrypted, reached from the pilot alone, and never removed without a
 * snapshot.
 * @param from the security group of what may reach it.
 */
export function databaseParts(site: Site, network: Network, placed: Placed, from: Value): Part[] {
  const database = ownDatabase(site.manifest);
  if (!database) return [];
  const logs = logGroups(site, database);
  return [
    databaseNetworkPart(site, database, network, placed, from),
    databaseInstancePart(site, database, Object.keys(logs)),
    { Resources: logs, Outputs: outputs(site, database) },
    databaseAlarms(site, database),
  ];
}

/** Made before RDS would make them, which keeps them for ever. */
const logGroups = (site: Site, database: Database): Record<string, Resource> =>
  Object.fromEntries(
    logGroupsOf(site, database).map((LogGroupName, index) => [
      // Those of a database that takes another's place are others, too.
      `DatabaseLogs${digitsOf(site, database)}${index + 1}`,
      {
        Type: 'AWS::Logs::LogGroup',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: { LogGroupName, RetentionInDays: logDaysOf(site.manifest) },
      } satisfies Resource,
    ]),
  );

function outputs(site: Site, database: Database): NonNullable<Part['Outputs']> {
  const { name, user, replicas: copies } = database;
  const restored = restoredFor(site, database);
  const hosts = Array.from({ length: copies }, (_, index) => att(`${REPLICA}${index + 1}`, 'Endpoint.Address'));
  return {
    DatabaseHost: { Description: 'Where the database answers', Value: att(DATABASE, 'Endpoint.Address') },
    DatabasePort: { Description: 'On which port', Value: att(DATABASE, 'Endpoint.Port') },
    DatabaseName: { Description: 'The name of the database in it', Value: name },
    DatabaseUser: { Description: 'The master user', Value: user },
    DatabaseSecret: { Description: 'The secret that holds the password', Value: databaseSecret(site) ?? '' },
    DatabaseId: { Description: 'What RDS calls it', Value: ref(DATABASE) },
    DatabaseGuard: { Description: 'Whether it may be replaced or removed', Value: guardOf(database) },
    ...(restored && {
      DatabaseSnapshot: { Description: 'The snapshot that it was made from', Value: restored.snapshot },
    }),
    ...(copies > 0 && {
      DatabaseReadHosts: { Description: 'Where its copies answer', Value: { 'Fn::Join': [',', hosts] } },
    }),
  };
}

/** As shared/provisioning/at-risk.ts reads it, of a stack whose manifest nobody has any more. */
const guardOf = ({ deletionProtection, replace }: Database): string =>
  deletionProtection ? 'protected' : replace ? 'replaceable' : 'kept';
