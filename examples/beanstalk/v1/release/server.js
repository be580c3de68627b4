import { createServer } from 'node:http';

const VERSION = 'v1';
const PORT = Number(process.env.PORT ?? 8080);
/** Longer than what stands before it keeps an idle connection, so that nobody writes to one that was closed. */
const KEEP_ALIVE_MS = 65_000;

const pages = {
  '/': () => `${process.env.GREETING}, ${VERSION}\n`,
  '/health': () => 'ok\n',
};

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
  const page = pages[new URL(request.url, 'http://portal').pathname];
  // A connection that is kept open would keep the process, too.
  if (stopping) response.shouldKeepAlive = false;
  response.writeHead(page ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(page ? page() : 'There is no such page\n');
});

let stopping = false;

// What was begun is finished; then there is nothing left to do, and the process ends.
process.once('SIGTERM', () => {
  stopping = true;
  server.close();
  server.closeIdleConnections();
});

server.listen(PORT, () => console.log(`Acme Portal ${VERSION} listens on ${PORT}`));
