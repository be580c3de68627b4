import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { callOf } from '../../local/proxy/call.ts';

/** Requests as they left the SDK, each of its tries by itself. */
export interface Calls {
  /** Of EC2 and Service Quotas: those that only look, and those that change something. */
  reads: number;
  writes: number;
  /** Of those that change something: AWS refused them. */
  refused: number;
  /** Of Pilotage's own table. */
  ledger: number;
}

/** What stands between the SDK and what stands for AWS. */
export interface Wire {
  url: string;
  /** Since the last time that it was asked. */
  taken(): Calls;
  /** Sends what comes from now on to this port. */
  leadTo(port: number): void;
  /** Called with the group or the prefix list that was changed, before the caller has its answer. */
  onWrite(told: (changed: string) => Promise<void>): void;
  stop(): Promise<void>;
}

const LOOKS = /^(?:Describe|Get)/;
const none = (): Calls => ({ reads: 0, writes: 0, refused: 0, ledger: 0 });

export async function startWire(): Promise<Wire> {
  const agent = new Agent({ keepAlive: true });
  let target = 0;
  let calls = none();
  let written = async (_changed: string) => {};
  const server = createServer({ keepAliveTimeout: 75_000 }, (from, to) => {
    answer(from, to).catch(() => to.destroy());
  });

  async function answer(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const { method = 'POST', url = '/', headers } = from;
    const body = await buffer(from);
    const { service, action } = callOf({ method, url, headers, body: body.toString('latin1') });
    const got = await passOn({ method, path: url, headers, port: target, agent }, body);
    if (service === 'dynamodb') calls.ledger += 1;
    else if (LOOKS.test(action)) calls.reads += 1;
    else {
      calls.writes += 1;
      if (got.status >= 400) calls.refused += 1;
      const form = new URLSearchParams(body.toString());
      await written(form.get('GroupId') ?? form.get('PrefixListId') ?? '');
    }
    to.writeHead(got.status, got.headers).end(got.body);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: () => {
      const taken = calls;
      calls = none();
      return taken;
    },
    leadTo: (port) => {
      target = port;
    },
    onWrite: (told) => {
      written = told;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

interface Onward {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  port: number;
  agent: Agent;
}

const passOn = (onward: Onward, body: Buffer) =>
  new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', setHost: false, ...onward }, (got) => {
      buffer(got).then(
        (whole) => resolve({ status: got.statusCode ?? 502, headers: got.headers, body: whole }),
        reject,
      );
    });
    asked.once('error', reject);
    asked.end(body);
  });
