import { createHash } from 'node:crypto';
import { leastGrown } from '../manifest/database-misfits.ts';
import type { Load } from './load.ts';
import { nameIn, type Restored, type Site } from './model.ts';

export type Database = NonNullable<Site['manifest']['database']>;

/** The database that the pilot’s own stack makes; undefined where there is none, or where it lies elsewhere. */
export const ownDatabase = ({ database }: Pick<Site['manifest'], 'database'>): Database | undefined =>
  database?.url === undefined ? database : undefined;

/** GiB that RDS grows to at most by itself. */
const MOST_STORAGE = 65_536;
/** So many times its first storage a database may grow to where the manifest does not say. */
const GROWTH = 5;

/** GiB that it may grow to. */
export function mostStorageOf({ storage, maxStorage }: Database): number {
  const most = maxStorage ?? Math.min(storage * GROWTH, MOST_STORAGE);
  return most < leastGrown(storage) ? storage : most;
}

/** The class for a peak of at most so many requests a second: a guess, to be replaced by what is measured. */
const CLASSES: readonly [peak: number, type: string][] = [
  [20, 'db.t4g.micro'],
  [50, 'db.t4g.small'],
  [100, 'db.t4g.medium'],
  [500, 'db.m7g.large'],
  [1000, 'db.m7g.xlarge'],
];
const LARGEST = 'db.m7g.2xlarge';

/** The class that the manifest gives, or that the load asks for. */
export const classOf = (database: Database, { peak }: Load): string =>
  database.class ?? CLASSES.find(([most]) => peak <= most)?.[1] ?? LARGEST;

/**
 * The major versions that are taken where a manifest names none. They stay: another one here would upgrade databases
 * that nobody asked to be upgraded.
 * https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
 */
const USUAL_VERSION = { postgres: '18', mysql: '8.4', mariadb: '11.8' } as const;

export const versionOf = ({ engine, version }: Database): string => version ?? USUAL_VERSION[engine];

/** `postgres17` of PostgreSQL 17.4, `mysql8.4`: what parameters belong to. */
export const familyOf = (database: Database): string => {
  const version = versionOf(database);
  return `${database.engine}${database.engine === 'postgres' ? version.split('.')[0] : version}`;
};

/** Whether the manifest names a minor version, which then stays; RDS keeps up with those of a major one by itself. */
export const isPinned = (database: Database): boolean =>
  database.engine === 'postgres' && versionOf(database).includes('.');

export const PORTS = { postgres: 5432, mysql: 3306, mariadb: 3306 } as const;

/** The logs that RDS hands to CloudWatch. */
export const LOGS = {
  postgres: ['postgresql', 'upgrade'],
  mysql: ['error', 'slowquery'],
  mariadb: ['error', 'slowquery'],
} as const;

/** Named by RDS, after the database. */
export const logGroupsOf = (site: Site, database: Database): string[] =>
  LOGS[database.engine].map((log) => `/aws/rds/instance/${databaseName(site, database)}/${log}`);

const USUAL = { engine: 'postgres', name: 'app', user: 'app' } as const;

/**
 * Its name in AWS. What cannot be changed in a database is part of it, and what it was made from, so that one that is
 * meant to take its place can be made beside it.
 */
export const databaseName = (site: Site, database: Database): string =>
  nameIn(site, 'database', ...kindOf(site, database));

/** @param number from 1 on. */
export const replicaName = (site: Site, database: Database, number: number): string =>
  nameIn(site, 'database', `replica-${number}`, ...kindOf(site, database));

function kindOf(site: Site, database: Database): string[] {
  const digits = digitsOf(site, database);
  return digits ? [`${database.engine}-${digits}`] : [];
}

/** What tells the database from others that the pilot had or will have; empty for the first one, where all of it is as usual. */
export const digitsOf = (site: Pick<Site, 'restored'>, database: Database): string =>
  restoredFor(site, database)?.id ?? markOf(database);

/** What the database was made from, where the manifest still wants that one. */
export const restoredFor = ({ restored }: Pick<Site, 'restored'>, database: Database): Restored | undefined =>
  restored?.mark === markOf(database) ? restored : undefined;

/**
 * A database that is to be made from a snapshot. Each time it is another one: the same snapshot may be gone back to twice.
 * @param by whoever asks for it, who gets the same one again.
 */
export function restoredAs(database: Database, snapshot: string, storage: number, by: string): Restored {
  const mark = markOf(database);
  return { id: sixOf([mark, snapshot, by]), mark, snapshot, storage };
}

/** With the storage that it has at least. */
export const grownFor = (site: Pick<Site, 'restored'>, database: Database): Database => ({
  ...database,
  storage: Math.max(database.storage, restoredFor(site, database)?.storage ?? 0),
});

/** Of what cannot be changed in a database, six hex digits; empty where all of it is as usual. */
export function markOf({ engine, name, user }: Database): string {
  if (engine === USUAL.engine && name === USUAL.name && user === USUAL.user) return '';
  return sixOf([engine, name, user]);
}

const sixOf = (of: string[]): string => createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, 6);
