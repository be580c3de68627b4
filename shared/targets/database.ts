import type { Resolved } from '../manifest/complete.ts';
import { ownDatabase } from '../preview/database.ts';
import { outputOf } from './outputs.ts';
import type { Plan } from './target.ts';

/** What a plan keeps of the pilot's own database; the rest its stack tells. */
export interface KeptDatabase {
  engine: 'postgres' | 'mysql' | 'mariadb';
  /** RDS makes the password and keeps it; otherwise it is among the secrets. */
  managed: boolean;
}

/** The plan's part of it; nothing where the pilot has no database of its own. */
export function keptDatabase(manifest: Pick<Resolved, 'database'>): { database?: KeptDatabase } {
  const database = ownDatabase(manifest);
  return database ? { database: { engine: database.engine, managed: database.password === undefined } } : {};
}

/** Secrets that the database brings, by the names of variables: its address where it lies elsewhere, or the password that the manifest names. */
export function databaseSecrets({ database }: Pick<Resolved, 'database'>): Record<string, string> {
  if (database?.url !== undefined) return { DATABASE_URL: database.url };
  return database?.password === undefined ? {} : { DATABASE_PASSWORD: database.password };
}

/** Bytes that the stack's outputs about a database take in a plan. */
export const DATABASE_OUTPUTS = 600;

/** Bytes that the stack of a pilot tells of its database. */
export const databaseBytes = (manifest: Pick<Resolved, 'database'>): number =>
  ownDatabase(manifest) ? DATABASE_OUTPUTS : 0;

/**
 * How the release reaches the pilot's database, as variables: what the stack tells as the release is prepared, so that
 * what serves keeps its own. None of them is a secret; `DATABASE_SECRET` is the ARN of the one that holds the password.
 * @throws when an output is missing: Provision has not run, or made something else.
 */
export function databaseVariables(plan: Plan, database: KeptDatabase | undefined): Record<string, string> {
  if (!database) return {};
  const { stack: { DatabaseReadHosts: readHosts } = {} } = plan;
  return {
    DATABASE_ENGINE: database.engine,
    DATABASE_HOST: outputOf(plan, 'DatabaseHost'),
    DATABASE_PORT: outputOf(plan, 'DatabasePort'),
    DATABASE_NAME: outputOf(plan, 'DatabaseName'),
    DATABASE_USER: outputOf(plan, 'DatabaseUser'),
    DATABASE_SECRET: outputOf(plan, 'DatabaseSecret'),
    ...(readHosts && { DATABASE_READ_HOSTS: readHosts }),
  };
}

/** The key, in the secret that RDS makes, that holds the password. */
export const PASSWORD_FIELD = 'password';

/** The ARN of the secret that RDS made; undefined where the password lies elsewhere. */
export const madeSecret = (plan: Plan, database: KeptDatabase | undefined): string | undefined =>
  database?.managed ? outputOf(plan, 'DatabaseSecret') : undefined;
