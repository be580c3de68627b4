import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import pg from 'pg';

/** What PostgreSQL says of a password that is not the right one. */
const REFUSED = '28P01';

/** Given as the task starts. RDS makes another one every week, and keeps it where the task's role may read it. */
let password = process.env.DATABASE_PASSWORD;

/** Connections, which speak TLS; `ca` with https://truststore.pki.rds.amazonaws.com would prove who answers. */
export const pool = new pg.Pool({
  host: process.env.DATABASE_HOST,
  port: Number(process.env.DATABASE_PORT),
  database: process.env.DATABASE_NAME,
  user: process.env.DATABASE_USER,
  password: () => password,
  ssl: { rejectUnauthorized: false },
  max: 5,
});

// A connection that breaks while nobody uses it is no reason to end: the next query opens another.
pool.on('error', (error) => console.log(`a connection broke: ${error.message}`));

/** Asks the database; where the password was rotated meanwhile, once more with the new one. */
export async function query(text, values) {
  try {
    return await pool.query(text, values);
  } catch (error) {
    if (error.code !== REFUSED) throw error;
    password = await readPassword();
    return pool.query(text, values);
  }
}

async function readPassword() {
  const { DATABASE_SECRET: SecretId } = process.env;
  const { SecretString } = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId }));
  return JSON.parse(SecretString).password;
}
