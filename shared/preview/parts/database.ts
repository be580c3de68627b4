import { HOURS, type Use } from '../../cost/cost.ts';
import { counted } from '../../notify/quantities.ts';
import {
  classOf,
  type Database,
  databaseName,
  logGroupsOf,
  mostStorageOf,
  ownDatabase,
  replicaName,
  restoredFor,
  versionOf,
} from '../database.ts';
import { databaseHour } from '../machines.ts';
import { type Component, nameIn, type Resource, type Site } from '../model.ts';
import type { TargetPlan } from '../targets/target.ts';
import { monthly } from '../uses.ts';
import { logDaysOf } from './care.ts';

const ENGINES = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB' } as const;

/** The database, here or elsewhere. */
export function databaseOf(site: Site, { components: [main] }: TargetPlan): Component[] {
  const { database } = site.manifest;
  if (!database) return [];
  if (!ownDatabase(site.manifest))
    return [
      {
        name: 'database',
        function: 'Keeps the pilot’s data, apart from its code',
        fits: `lies elsewhere; its address comes to the ${main.name} as a secret`,
        resources: [],
        uses: [],
      },
    ];
  return [
    {
      name: 'database',
      function: `Keeps the pilot’s data, apart from its code, in ${ENGINES[database.engine]}`,
      fits: `only the ${main.name} and the migrations reach it`,
      resources: [instance(site, database), ...replicas(site, database), ...logs(site, database), ...alarms(site)],
      uses: usesOf(site, database),
    },
  ];
}

/** Settings and what changes them: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html */
function instance(site: Site, database: Database): Resource {
  const { engine, name, user, password, storage, multiAz, deletionProtection, parameters } = database;
  const { network } = site.manifest;
  const restored = restoredFor(site, database);
  return {
    type: 'AWS::RDS::DBInstance',
    name: databaseName(site, database),
    slot: 'database',
    settings: {
      engine: ENGINES[engine],
      version: versionOf(database),
      database: name,
      user,
      ...(restored && { 'made from': restored.snapshot }),
      password: password ?? 'generated, and rotated by RDS',
      class: classOf(database, site.load),
      storage: `${storage} GB`,
      'grows to': `${mostStorageOf(database)} GB`,
      zones: multiAz ? 'two, the second takes over' : 'one',
      protected: deletionProtection ? 'cannot be deleted' : 'can be deleted',
      network: network?.vpc ?? 'own',
      ...Object.fromEntries(Object.entries(parameters ?? {}).map(([key, value]) => [`parameter ${key}`, value])),
    },
    fixed: ['engine', 'database', 'user', 'network'],
    interrupts: ['version', 'class', 'storage'],
    holds: 'all that is in the database',
  };
}

const replicas = (site: Site, database: Database): Resource[] =>
  Array.from({ length: database.replicas }, (_, index) => ({
    type: 'AWS::RDS::DBInstance',
    name: replicaName(site, database, index + 1),
    slot: `replica ${index + 1}`,
    settings: { class: classOf(database, site.load), reads: 'a copy of the database' },
  }));

const logs = (site: Site, database: Database): Resource[] =>
  logGroupsOf(site, database).map((name) => ({
    type: 'AWS::Logs::LogGroup',
    name,
    settings: { kept: counted(logDaysOf(site.manifest), 'day') },
    left: true as const,
  }));

/** What the database is watched for, by the end of the alarm’s name. */
export const DATABASE_ALARMS = {
  storage: 'Less than 5 % of the database’s first storage is free',
  cpu: 'The database’s processor is busier than 90 %',
} as const;

const alarms = (site: Site): Resource[] =>
  Object.entries(DATABASE_ALARMS).map(([name, says]) => ({
    type: 'AWS::CloudWatch::Alarm',
    name: nameIn(site, 'alarm', `database-${name}`),
    settings: { when: says },
  }));

function usesOf({ load }: Site, database: Database): Use[] {
  const { engine, storage, multiAz, replicas: copies, password: given } = database;
  const type = classOf(database, load);
  const { price, times } = databaseHour(engine, type);
  const instances = (multiAz ? 2 : 1) + copies;
  const what = [multiAz && 'in two zones', copies > 0 && `with ${copies} for reading`].filter(Boolean).join(', ');
  const watched = Object.keys(DATABASE_ALARMS).length;
  return [
    monthly(price, instances * times * HOURS, `${type}${what ? ` ${what}` : ''}, all month`),
    monthly('rds.gp3.gb-month', instances * storage, `${instances} × ${storage} GB of storage`),
    ...(given ? [] : [monthly('secret.month', 1, 'the password')]),
    monthly('alarm.month', watched, `${watched} alarms`),
  ];
}
