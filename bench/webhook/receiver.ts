import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { handler } from '../../functions/entrances/webhook.ts';
import { requestOf } from '../../test/support/webhooks.ts';

/**
 * One execution environment of the function: an HTTP API before it hands each request over as API Gateway does. Tells its
 * port to whoever started it, and ends with that.
 */
const server = createServer({ keepAliveTimeout: 75_000 }, async (request, response) => {
  const { method = 'GET', url = '/', headers } = request;
  const bytes = await buffer(request);
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
  const isText = /^(?:text\/|application\/json\b)/i.test(headers['content-type'] ?? '');
  const given = headers as Record<string, string>;
  const answer = await handler(requestOf(url, given, isText ? bytes.toString() : bytes, method));
  response.writeHead(answer.statusCode ?? 500, answer.headers as Record<string, string>).end(answer.body);
});
server.on('connection', (socket) => socket.setNoDelay(true));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
