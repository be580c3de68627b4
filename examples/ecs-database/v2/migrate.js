import { pool } from './database.js';

/**
 * What this release needs of the database, which the one before does not mind; and how it is taken
 * back. Each new manifest makes a release, so what is done already may not hurt.
 */
const steps = {
  up: ["ALTER TABLE notes ADD COLUMN IF NOT EXISTS author text NOT NULL DEFAULT 'nobody'"],
  down: ['ALTER TABLE notes DROP COLUMN IF EXISTS author'],
};

const direction = process.argv[2] ?? 'up';
const client = await pool.connect();
try {
  await client.query('BEGIN');
  for (const step of steps[direction]) {
    console.log(step);
    await client.query(step);
  }
  await client.query('COMMIT');
} finally {
  // What was not committed goes with the connection.
  client.release(true);
  await pool.end();
}
