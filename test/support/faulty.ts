import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Stands between the SDK and the emulator, and has bad days. */
export interface Faulty {
  url: string;
  /** Calls so far, `GetItem {…}`. */
  seen: string[];
  /** The next so many calls of an operation are refused, and not passed on. */
  refuse(operation: string, times: number, code: string, more?: object): void;
  /** The next so many calls of an operation are carried out, changed where that is wanted, and their replies lost. */
  lose(operation: string, times: number, change?: (body: string) => string): void;
  /** Happens right before the next call of an operation is passed on. */
  before(operation: string, happen: () => Promise<unknown>): void;
  /** So many more calls are passed on, and all after them refused: whoever makes them is cut off there. */
  cutOff(after: number): void;
  heal(): void;
  close(): Promise<void>;
}

interface Fault {
  operation: string;
  left: number;
  refusal?: object;
  change?: (body: string) => string;
  happen?: () => Promise<unknown>;
}

export async function faultsBefore(target: string): Promise<Faulty> {
  let faults: Fault[] = [];
  let left = Number.POSITIVE_INFINITY;
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const operation = String(request.headers['x-amz-target']).replace(/.*\./, '');
    seen.push(`${operation} ${body}`);
    if (left-- <= 0) return response.writeHead(400, JSON_TYPE).end(JSON.stringify({ __type: 'AccessDeniedException' }));
    const fault = faults.find((one) => one.operation === operation && one.left > 0);
    if (fault) fault.left--;
    if (fault?.refusal) return response.writeHead(400, JSON_TYPE).end(JSON.stringify(fault.refusal));
    await fault?.happen?.();
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(target, { method: 'POST', headers, body: fault?.change?.(body) ?? body });
    const answered = Buffer.from(await answer.arrayBuffer());
    if (fault && !fault.happen) return response.destroy();
    return response.writeHead(answer.status, JSON_TYPE).end(answered);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    refuse: (operation, left, __type, more) => {
      faults.push({ operation, left, refusal: { __type, message: __type, ...more } });
    },
    lose: (operation, left, change) => {
      faults.push({ operation, left, ...(change && { change }) });
    },
    before: (operation, happen) => {
      faults.push({ operation, left: 1, happen });
    },
    cutOff(after) {
      left = after;
    },
    heal() {
      faults = [];
      left = Number.POSITIVE_INFINITY;
      seen.length = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((over) => server.close(over));
    },
  };
}

const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };
