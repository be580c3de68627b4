/**
 * Migrations as they go on bad days: migrate.js HOW. Each writes down in the database that it ran, as which process,
 * before anything else.
 */
import { setTimeout as after } from 'node:timers/promises';
import { query } from '../../../examples/ecs-database/v2/database.js';

const [how] = process.argv.slice(2);

const ways = {
  fails: () => ends(1, 'the table notes has rows that do not fit'),
  hangs: async () => {
    console.log('waiting for a lock');
    for (;;) await after(1_000);
  },
  prints: () => {
    for (let count = 1; count <= 1_000; count += 1) console.log(`row ${count} ${'is a long one '.repeat(750)}`);
    return ends(1, 'that was too much');
  },
  tells: () => ends(1, `no login with ${process.env.CANARY}, nor with ${process.env.DATABASE_PASSWORD}`),
  // Until the test says so.
  waits: async () => {
    while (!(await query('SELECT 1 FROM runs WHERE how = $1 AND goes_on', [how])).rowCount) await after(100);
    return ends(1, 'gone on, and failed');
  },
};

/** Once all of it is written: a process that exits at once keeps the rest to itself. */
function ends(code, word) {
  return new Promise(() => process.stdout.write(`${word}\n`, () => process.exit(code)));
}

await query('CREATE TABLE IF NOT EXISTS runs (how text, pid int, goes_on boolean DEFAULT false)').catch((error) =>
  ends(1, `the database cannot be reached: ${error.message}`),
);
await query('INSERT INTO runs VALUES ($1, $2)', [how, process.pid]);
await (ways[how] ?? ways.hangs)();
