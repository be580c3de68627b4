import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Where } from './aws.ts';
import { type Gate, gateTo } from './gate.ts';
import { offModel, operationNamed } from './model.ts';
import type { Builds, Values } from './operations.ts';
import { invalid, Refusal } from './refusal.ts';

export interface Service {
  url: string;
  /** All that was asked of builds, oldest first. */
  journal: { operation: string; asked: Values; at: Date }[];
  /**
   * Asked before each operation; what it gives goes wrong. `lost`: it is carried out, and the answer never comes.
   */
  trouble: (operation: string, asked: Values) => Refusal | 'lost' | undefined;
  close(): Promise<void>;
}

const TYPE = { 'content-type': 'application/x-amz-json-1.1' };
const TARGET = 'CodeBuild_20161006.';

/**
 * CodeBuild's API over HTTP, in AWS JSON 1.1. Builds are here; projects, and who may do what, the emulator knows.
 * What is asked and what is answered is held against the service's own model.
 */
export async function startService(builds: Builds, where: Where): Promise<Service> {
  const gate = gateTo(where);
  const server = createServer((request, response) => {
    answer(service, builds, gate, request, response).catch((error) => {
      response.writeHead(500, TYPE);
      response.end(JSON.stringify({ __type: 'InternalFailure', message: String(error) }));
    });
  });
  server.listen(0, '127.0.0.1');
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

async function answer(
  service: Service,
  builds: Builds,
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request);
  const send = (status: number, said: unknown) => {
    response.writeHead(status, TYPE);
    response.end(typeof said === 'string' ? said : JSON.stringify(said));
  };
  const operation = String(request.headers['x-amz-target'] ?? '').replace(TARGET, '');
  const carryOut = builds.operations[operation];
  try {
    if (!carryOut) {
      const passed = await gate.pass(request.headers, body);
      return send(passed.status, passed.body);
    }
    const asked = readRequest(operation, body);
    service.journal.push({ operation, asked, at: new Date() });
    const trouble = service.trouble(operation, asked);
    if (trouble instanceof Refusal) throw trouble;
    const caller = await gate.allowed(asked, request.headers, body);
    if ('refused' in caller) return send(caller.refused.status, caller.refused.body);
    const said = carryOut(asked, caller);
    const off = offModel(JSON.parse(JSON.stringify(said)), operationNamed(operation)?.output);
    if (off) throw new Error(`the API has no such answer: ${off}`);
    if (trouble === 'lost') return void response.destroy();
    send(200, said);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    send(400, { __type: error.code, message: error.message });
  }
}

function readRequest(operation: string, body: string): Values {
  let asked: unknown;
  try {
    asked = JSON.parse(body || '{}');
  } catch {
    throw new Refusal('SerializationException', 'the request is no JSON');
  }
  const off = offModel(asked, operationNamed(operation)?.input, operation);
  if (off) throw invalid(off);
  return asked as Values;
}
