import { createServer } from 'node:http';

const SAYS = 'The desk of Acme is open';
const PORT = Number(process.env.PORT ?? 3000);
/** Longer than a load balancer keeps an idle connection, so that it never writes to one that was closed. */
const KEEP_ALIVE_MS = 65_000;

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(request.url === '/health' ? 'ok\n' : `${SAYS}\n`);
});

// What was begun is finished; then there is nothing left to do, and the process ends.
process.once('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
});

server.listen(PORT, () => console.log(`listens on ${PORT}`));
