import type { Listed } from '../listed.ts';

/** The manifest's names of engines, and the price list's. */
const ENGINES = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB' } as const;

const CLASSES = [
  'db.t4g.micro',
  'db.t4g.small',
  'db.t4g.medium',
  'db.t4g.large',
  'db.m7g.large',
  'db.m7g.xlarge',
  'db.m7g.2xlarge',
  'db.r7g.large',
  'db.r7g.xlarge',
] as const;

type Engine = keyof typeof ENGINES;
type DatabasePrice = `rds.${Engine}.${(typeof CLASSES)[number]}.hour`;

const engines = Object.keys(ENGINES) as Engine[];

/** RDS. An instance's price is for one zone; a standby in a second zone is one more of it. */
export const DATABASES = {
  ...(Object.fromEntries(
    engines.flatMap((engine) => CLASSES.map((size) => [`rds.${engine}.${size}.hour`, database(engine, size)])),
  ) as Record<DatabasePrice, Listed>),
  'rds.gp3.gb-month': {
    what: 'RDS storage, gp3',
    unit: 'GB-month',
    offer: 'AmazonRDS',
    usage: 'RDS:GP3-Storage',
    family: 'Database Storage',
    where: { databaseEngine: 'PostgreSQL', deploymentOption: 'Single-AZ' },
  },
  'rds.backup.gb-month': {
    what: 'RDS backups beyond the size of the database',
    unit: 'GB-month',
    offer: 'AmazonRDS',
    usage: 'RDS:ChargedBackupUsage',
    family: 'Storage Snapshot',
    where: { databaseEngine: 'Any' },
  },
} satisfies Record<string, Listed>;

function database(engine: Engine, size: string): Listed {
  return {
    what: `RDS ${ENGINES[engine]} ${size}`,
    unit: 'hour',
    offer: 'AmazonRDS',
    // The usage type shortens the size (`xl`), and extended support has usage types of its own.
    usage: 'InstanceUsage:*',
    family: 'Database Instance',
    where: {
      instanceType: size,
      databaseEngine: ENGINES[engine],
      deploymentOption: 'Single-AZ',
      licenseModel: 'No license required',
    },
  };
}
