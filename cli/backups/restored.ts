import type { ApiAnswers } from '../../shared/api.ts';

type Restored = ApiAnswers['backups']['restored'][number];

/** What can be done with a database that was restored beside the present one, and what to type for it. */
export function restoredText(restored: Restored, pilot: string, options: string): string {
  const { id, status, address, secret } = restored;
  if (!address || !secret) return `${id} is ${status}: once it is there, here stands how to reach it`;
  return [
    `${id} is ${status}, beside the present database, until somebody removes it`,
    `  reached    at ${address.host}:${address.port}, from the pilot’s own network alone: pilot exec ${pilot}${options}`,
    `  password   aws secretsmanager get-secret-value --secret-id '${secret}' --query SecretString --output text`,
    `  save       ${dump(restored, address)}`,
    `  go back    pilot offline ${pilot}${options}, load there what is needed into $DATABASE_HOST, pilot online ${pilot}${options}`,
    `  remove     aws rds delete-db-instance --db-instance-identifier ${id} --skip-final-snapshot`,
  ].join('\n');
}

/** Saves all of it; the program asks for the password. */
function dump({ engine, name, user }: Restored, { host, port }: { host: string; port: number }): string {
  if (engine === 'postgres')
    return `pg_dump "host=${host} port=${port} dbname=${name} user=${user} sslmode=require" > restored.sql`;
  const of = `--host=${host} --port=${port} --user=${user} --password --single-transaction ${name} > restored.sql`;
  return engine === 'mariadb' ? `mariadb-dump --ssl ${of}` : `mysqldump --ssl-mode=REQUIRED ${of}`;
}
