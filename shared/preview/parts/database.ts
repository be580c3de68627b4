import { HOURS, type Use } from '../../cost/cost.ts';
import type { Load } from '../load.ts';
import { databaseHour } from '../machines.ts';
import { type Component, nameIn, type Resource, type Site } from '../model.ts';
import type { TargetPlan } from '../targets/target.ts';
import { monthly } from '../uses.ts';

type Database = NonNullable<Site['manifest']['database']>;

/** GiB that RDS grows to at most by itself. */
const MOST_STORAGE = 65_536;

/** The class for a peak of at most so many requests a second: a guess, to be replaced by what is measured. */
const CLASSES: readonly [peak: number, type: string][] = [
  [20, 'db.t4g.micro'],
  [50, 'db.t4g.small'],
  [100, 'db.t4g.medium'],
  [500, 'db.m7g.large'],
  [1000, 'db.m7g.xlarge'],
];
const LARGEST = 'db.m7g.2xlarge';

const ENGINES = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB' } as const;

/** The class that the manifest gives, or that the load asks for. */
const classOf = (database: Database, { peak }: Load): string =>
  database.class ?? CLASSES.find(([most]) => peak <= most)?.[1] ?? LARGEST;

/** The database, here or elsewhere. */
export function databaseOf(site: Site, { components: [main] }: TargetPlan): Component[] {
  const { database } = site.manifest;
  if (!database) return [];
  const common = {
    name: 'database',
    function: `Keeps the pilot’s data, apart from its code, in ${ENGINES[database.engine]}`,
  };
  if (database.url)
    return [
      { ...common, fits: `lies elsewhere; the ${main.name} gets its address as a secret`, resources: [], uses: [] },
    ];
  return [
    {
      ...common,
      fits: `only the ${main.name} and the migrations reach it`,
      resources: [instance(site, database), ...replicas(site, database), ...password(site, database)],
      uses: usesOf(site, database),
    },
  ];
}

/** Settings and what changes them: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html */
function instance(site: Site, database: Database): Resource {
  const { engine, version, name, user, storage, maxStorage, multiAz, deletionProtection, parameters } = database;
  const { network } = site.manifest;
  return {
    type: 'AWS::RDS::DBInstance',
    name: nameIn(site, 'database'),
    settings: {
      engine: ENGINES[engine],
      version: version ?? 'the engine’s current one',
      database: name,
      user,
      class: classOf(database, site.load),
      storage: `${storage} GB`,
      'grows to': `${maxStorage ?? Math.min(storage * 5, MOST_STORAGE)} GB`,
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
    name: nameIn(site, 'database', `replica-${index + 1}`),
    settings: { class: classOf(database, site.load), reads: 'a copy of the database' },
  }));

const password = (site: Site, { password: given }: Database): Resource[] =>
  given
    ? []
    : [
        {
          type: 'AWS::SecretsManager::Secret',
          name: nameIn(site, 'secret', 'database'),
          settings: { password: 'generated, and rotated' },
        },
      ];

function usesOf({ load }: Site, database: Database): Use[] {
  const { engine, storage, multiAz, replicas: copies, password: given } = database;
  const type = classOf(database, load);
  const { price, times } = databaseHour(engine, type);
  const instances = (multiAz ? 2 : 1) + copies;
  const what = [multiAz && 'in two zones', copies > 0 && `with ${copies} for reading`].filter(Boolean).join(', ');
  return [
    monthly(price, instances * times * HOURS, `${type}${what ? ` ${what}` : ''}, all month`),
    monthly('rds.gp3.gb-month', instances * storage, `${instances} × ${storage} GB of storage`),
    ...(given ? [] : [monthly('secret.month', 1, 'the password')]),
  ];
}
