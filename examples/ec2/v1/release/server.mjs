import { createServer } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';

const VERSION = 'v1';
const PORT = Number(process.env.PORT ?? 8000);
/** Longer than a load balancer keeps an idle connection, so that it never writes to one that was closed. */
const KEEP_ALIVE_MS = 65_000;

const pages = {
  '/': async () => `Acme Render ${VERSION}\n`,
  '/health': async () => 'ok\n',
  '/slow': async (query) => {
    await after(Math.min(Number(query.get('ms') ?? 8000), 30_000));
    return `Acme Render ${VERSION}, slowly\n`;
  },
};

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://render');
  const page = pages[pathname];
  const body = page ? await page(searchParams) : 'There is no such page\n';
  // A connection that is kept open would keep the process, too.
  if (stopping) response.shouldKeepAlive = false;
  response.writeHead(page ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', 'x-version': VERSION });
  response.end(body);
  if (pathname !== '/health') console.log(`${request.method} ${pathname} ${response.statusCode}`);
});

let stopping = false;

// What was begun is finished; then there is nothing left to do, and the process ends.
process.once('SIGTERM', () => {
  console.log('stopping');
  stopping = true;
  server.close(() => console.log('stopped'));
  server.closeIdleConnections();
});

server.listen(PORT, () => console.log(`Acme Render ${VERSION} listens on ${PORT}`));
