import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { pool, query } from './database.js';

const VERSION = 'v1';
const PORT = Number(process.env.PORT ?? 3000);
/** Longer than a load balancer keeps an idle connection, so that it never writes to one that was closed. */
const KEEP_ALIVE_MS = 65_000;

/** This release's own, whatever the one before or after reads. */
const { greeting } = JSON.parse(readFileSync(process.argv[2] ?? '/mnt/efs/config/settings.json', 'utf8'));

const pages = {
  '/': async () => {
    const { rows } = await query('SELECT text FROM notes ORDER BY id');
    return `${greeting}, this is Acme Notes ${VERSION}\n${rows.map(({ text }) => `- ${text}\n`).join('')}`;
  },
  '/health': async () => {
    await query('SELECT 1');
    return 'ok\n';
  },
};

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, async (request, response) => {
  const { pathname } = new URL(request.url, 'http://notes');
  const { status, body } = await answerTo(pathname);
  // A connection that is kept open would keep the process, too.
  if (stopping) response.shouldKeepAlive = false;
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-version': VERSION });
  response.end(body);
  if (pathname !== '/health') console.log(`${request.method} ${pathname} ${status}`);
});

async function answerTo(path) {
  const page = pages[path];
  if (!page) return { status: 404, body: 'There is no such page\n' };
  try {
    return { status: 200, body: await page() };
  } catch (error) {
    console.log(`${path}: ${error.message}`);
    return { status: 500, body: 'The notes cannot be read\n' };
  }
}

let stopping = false;

// What was begun is finished; then there is nothing left to do, and the process ends.
process.once('SIGTERM', () => {
  console.log('stopping');
  stopping = true;
  server.close(async () => {
    await pool.end();
    console.log('stopped');
  });
  server.closeIdleConnections();
});

server.listen(PORT, () => console.log(`Acme Notes ${VERSION} listens on ${PORT}`));
