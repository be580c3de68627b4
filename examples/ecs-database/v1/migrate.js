import { pool } from './database.js';

/** What this release needs of the database, and how it is taken back. Each new manifest makes a release, so what is done already may not hurt. */
const steps = {
  up: [
    'CREATE TABLE IF NOT EXISTS notes (id serial PRIMARY KEY, text text NOT NULL)',
    "INSERT INTO notes (text) SELECT 'Water the plants' WHERE NOT EXISTS (SELECT FROM notes)",
  ],
  down: ['DROP TABLE IF EXISTS notes'],
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
