import { Agent, type ClientRequest, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { pipeline } from 'node:stream';
import type { Target } from './picture.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-504-issues */
const CONNECT_MS = 10_000;
const IDLE_MS = 60_000;

/** These may be sent again over a new connection when an old one turned out to be closed. */
const REPEATABLE = ['GET', 'HEAD', 'OPTIONS'];
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** Connections to targets, kept while they are of use. */
export const connections = (): Agent => new Agent({ keepAlive: true, timeout: IDLE_MS });

export interface Forwarding {
  target: Target;
  agent: Agent;
  headers: Record<string, string | string[]>;
  /** What the answer carries besides the target's own. */
  cookie?: string | undefined;
  /** What is answered in the target's place: 502 or 504. */
  onFailed(status: number): void;
}

/** Hands a request on to a target, and its answer back, as both come in. */
export function forward(asked: IncomingMessage, answer: ServerResponse, forwarding: Forwarding, again = false): void {
  const { target, agent, headers, cookie, onFailed } = forwarding;
  const { method = 'GET', url = '/' } = asked;
  const request = send({
    ...{ host: target.Id, port: target.Port, method, path: url, headers },
    agent: again ? false : agent,
  });
  let timedOut = false;
  const tooLong = () => {
    timedOut = true;
    request.destroy();
  };
  limitConnecting(request, tooLong);
  request.setTimeout(IDLE_MS, tooLong);
  const left = () => answer.writableFinished || request.destroy();
  answer.once('close', left);
  request.once('response', (response) => {
    const given = { ...response.headers };
    for (const name of HOP_BY_HOP) delete given[name];
    if (cookie) given['set-cookie'] = [...(response.headers['set-cookie'] ?? []), cookie];
    answer.writeHead(response.statusCode ?? 502, response.statusMessage, given);
    // What breaks off half way breaks off for the viewer too.
    pipeline(response, answer, (error) => error && answer.destroy());
  });
  request.once('error', () => {
    answer.off('close', left);
    if (answer.headersSent || answer.destroyed) return void answer.destroy();
    const wasStale = request.reusedSocket && !timedOut && !again && REPEATABLE.includes(method);
    if (wasStale) forward(asked, answer, forwarding, true);
    else onFailed(timedOut ? 504 : 502);
  });
  if (again) request.end();
  else pipeline(asked, request, () => {});
}

function limitConnecting(request: ClientRequest, tooLong: () => void): void {
  const limit = setTimeout(tooLong, CONNECT_MS).unref();
  request.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', () => clearTimeout(limit));
    else clearTimeout(limit);
  });
  request.once('close', () => clearTimeout(limit));
}

/** What a target is asked with: the viewer's headers, and who the viewer is. */
export function headersFor(asked: IncomingMessage, listens: { Port: number; Protocol: string }) {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(asked.headers))
    if (value !== undefined && !HOP_BY_HOP.includes(name)) headers[name] = value;
  // A body without a length comes in pieces, and goes on so.
  if (asked.headers['transfer-encoding']) headers['transfer-encoding'] = asked.headers['transfer-encoding'];
  const viewer = asked.socket.remoteAddress ?? '';
  const before = asked.headers['x-forwarded-for'];
  headers['x-forwarded-for'] = before ? `${before}, ${viewer}` : viewer;
  headers['x-forwarded-proto'] = listens.Protocol.toLowerCase();
  headers['x-forwarded-port'] = String(listens.Port);
  return headers;
}
