import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Account } from './account.ts';
import { operationNamed, statusOf } from './model.ts';
import { OPERATIONS } from './operations.ts';
import { Refusal } from './refusal.ts';
import { OffModel, readRequest, type Values, writeAnswer, writeError } from './wire.ts';

export interface Service {
  url: string;
  /** All that was asked, oldest first. */
  journal: { action: string; asked: Values; at: Date }[];
  /**
   * Asked before each operation; what it gives goes wrong. `lost`: it is carried out, and the answer never
   * comes. `old`: it is answered as it would have been before the last change.
   */
  trouble: (action: string, asked: Values) => Refusal | 'lost' | 'old' | undefined;
  close(): Promise<void>;
}

/**
 * Elastic Beanstalk's API over HTTP, in the AWS query protocol, as the SDK speaks it. What is asked and what is
 * answered is held against the service's own model: anything else is answered with 400, or throws in whoever runs this.
 */
export async function startService(account: Account, port = 0): Promise<Service> {
  const server = createServer((request, response) => {
    answer(service, account, request, response).catch((error) => {
      response.writeHead(500, { 'content-type': 'text/xml' });
      response.end(writeError('InternalFailure', String(error)));
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const service: Service = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    journal: [],
    trouble: () => undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return service;
}

/** What each question was answered with before something changed. */
const before = new WeakMap<Account, Map<string, string>>();

async function answer(
  service: Service,
  account: Account,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request);
  const form = new URLSearchParams(body);
  const action = form.get('Action') ?? '';
  const operation = operationNamed(action);
  const carryOut = OPERATIONS[action];
  const send = (status: number, xml: string) => {
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(xml);
  };
  if (!operation || !carryOut) return send(400, writeError('InvalidAction', `${action} is not known here`));
  try {
    const asked = readRequest(form, operation.input);
    service.journal.push({ action, asked, at: new Date() });
    const trouble = service.trouble(action, asked);
    if (trouble instanceof Refusal) throw trouble;
    const old = before.get(account) ?? new Map<string, string>();
    before.set(account, old);
    const last = old.get(body);
    if (trouble === 'old' && last) return send(200, last);
    const xml = writeAnswer(action, operation.output, carryOut(account, asked));
    if (/^(?:Describe|List)/.test(action)) old.set(body, xml);
    if (trouble === 'lost') return void response.destroy();
    send(200, xml);
  } catch (error) {
    if (error instanceof OffModel) return send(400, writeError('ValidationError', error.message));
    if (!(error instanceof Refusal)) throw error;
    const status = statusOf(error.code);
    if (!status) throw new OffModel(`the service has no error ${error.code}`);
    send(status, writeError(error.code, error.message));
  }
}
