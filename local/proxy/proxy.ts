import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { callOf } from './call.ts';
import { type Row, Tally } from './tally.ts';

export interface RecordingProxy {
  port: number;
  /** What was called since the start, or since `clear`. */
  rows(): Row[];
  clear(): void;
  stop(): Promise<void>;
}

/** The form's action stands early; no more of a body than this is looked at. */
const LOOKED_AT = 2_000;

/**
 * Passes requests on to 127.0.0.1:`target`, unchanged and as they come, and
 * counts who called what. Signatures stay valid, since `Host` is passed on too.
 * @param port to listen on, at 127.0.0.1; any free one unless said otherwise
 */
export async function startRecordingProxy(target: number, port = 0): Promise<RecordingProxy> {
  const tally = new Tally();
  const agent = new Agent({ keepAlive: true });
  const server = createServer({ keepAliveTimeout: 75_000 }, (from, to) => pass(from, to, target, agent, tally));
  // Nagle's algorithm would hold back small answers.
  server.on('connection', (socket) => socket.setNoDelay(true));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    rows: () => tally.rows(),
    clear: () => tally.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

function pass(from: IncomingMessage, to: ServerResponse, port: number, agent: Agent, tally: Tally): void {
  const { method = 'GET', url = '/', headers } = from;
  let begin = '';
  let sent = 0;
  let received = 0;
  from.on('data', (chunk: Buffer) => {
    sent += chunk.length;
    if (begin.length < LOOKED_AT) begin += chunk.toString('latin1', 0, LOOKED_AT);
  });
  const onward = request({ host: '127.0.0.1', port, agent, method, path: url, headers, setHost: false });
  onward.setNoDelay(true);
  onward.once('response', (answer) => {
    to.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    answer.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    pipeline(answer, to, () =>
      tally.add(callOf({ method, url, headers, body: isForm(headers) ? begin : '' }), sent, received),
    );
  });
  onward.once('error', () => (to.headersSent ? to.destroy() : to.writeHead(502).end()));
  // An interim answer lets the SDK send the body of an upload.
  onward.once('continue', () => to.writeContinue());
  pipeline(from, onward, () => {});
}

const isForm = (headers: IncomingMessage['headers']) =>
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
