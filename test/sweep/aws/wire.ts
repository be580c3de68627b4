import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SignatureV4a } from '@aws-sdk/signature-v4a';
import { s3 } from '../../../shared/aws/objects.ts';
import { currentWorker, type Worker } from '../worker.ts';
import type { Request } from './call.ts';
import type { Network } from './network.ts';

/**
 * Takes the place of the one thing that all SDK clients of the process share: the
 * HTTP handler. What the SDK does above it (serialising, retrying, timing out by
 * its configuration, reading answers) is its own. Signing, which nobody checks
 * here and which costs more than all the rest, is left out.
 */
interface Handler {
  config: Settings | undefined;
  configProvider: Promise<Settings>;
}

interface Settings {
  requestTimeout?: number;
  throwOnRequestTimeout?: boolean;
}

let network: Network | undefined;

/** Connects the process to a network, until another one is connected. */
export const connect = (to: Network | undefined): void => {
  network = to;
};

type Signer = { sign: unknown };

interface Retries {
  capacity: number;
  acquireInitialRetryToken(scope: string): Promise<unknown>;
}

/**
 * A client counts its retries over all that it ever did. On AWS each worker has
 * clients of its own; here they share them, so each begins with the full count.
 */
function installRetries(strategy: Retries): () => void {
  const full = strategy.capacity;
  const last = new WeakMap<Retries, Worker>();
  const prototype = Object.getPrototypeOf(strategy) as Retries;
  const { acquireInitialRetryToken } = prototype;
  prototype.acquireInitialRetryToken = function (this: Retries, scope) {
    const worker = currentWorker();
    if (last.get(this) !== worker) this.capacity = full;
    last.set(this, worker);
    return acquireInitialRetryToken.call(this, scope);
  };
  return () => {
    prototype.acquireInitialRetryToken = acquireInitialRetryToken;
  };
}

interface Logger {
  info?: unknown;
  error?: unknown;
}

/** What is to be logged is made ready also for a logger that does nothing, for each call: that takes long. */
function installSilence(): () => void {
  const logger = Object.getPrototypeOf(s3.config.logger) as Logger;
  const { info, error } = logger;
  Object.assign(logger, { info: undefined, error: undefined });
  return () => Object.assign(logger, { info, error });
}

interface Answered {
  response: { statusCode: number; headers: Record<string, string>; body: Uint8Array };
}

/** What is read past the SDK, for as long as its signal lets it. */
async function fetchOver(url: string | URL | globalThis.Request, init: RequestInit = {}): Promise<Response> {
  if (!network) throw new Error('the process is connected to no network');
  const { hostname, pathname, searchParams } = new URL(String(url));
  const headers = Object.fromEntries(new Headers(init.headers));
  const asked = network.handle(
    {
      ...{ method: init.method ?? 'GET', hostname, path: pathname, headers },
      ...{ query: Object.fromEntries(searchParams), body: init.body },
    },
    undefined,
  );
  const { signal } = init;
  const given = new Promise<never>((_, fail) => signal?.addEventListener('abort', () => fail(signal.reason)));
  const { response } = await Promise.race([asked as Promise<Answered>, given]);
  const body = response.body.length > 0 ? Buffer.from(response.body) : null;
  return new Response(body, { status: response.statusCode, headers: response.headers });
}

/** @returns what puts the real handler, the real signatures and the real counts back. */
export async function installWire(): Promise<() => void> {
  const handler = Object.getPrototypeOf(s3.config.requestHandler) as { handle: unknown };
  const v4 = Object.getPrototypeOf(await new SFNClient({}).config.signer()) as Signer;
  const v4a = SignatureV4a.prototype as Signer;
  const closeRetries = installRetries((await s3.config.retryStrategy()) as unknown as Retries);
  const closeSilence = installSilence();
  const before = { handle: handler.handle, v4: v4.sign, v4a: v4a.sign, fetch: globalThis.fetch };
  globalThis.fetch = fetchOver;
  for (const signer of [v4, v4a]) signer.sign = async (request: unknown) => request;
  handler.handle = async function (this: Handler, request: Request) {
    if (!network) throw new Error('the process is connected to no network');
    this.config ??= await this.configProvider;
    const { requestTimeout, throwOnRequestTimeout } = this.config;
    const { body } = request;
    if (body instanceof Readable) request.body = await buffer(body);
    return network.handle(request, throwOnRequestTimeout ? requestTimeout : undefined);
  };
  return () => {
    closeRetries();
    closeSilence();
    handler.handle = before.handle;
    v4.sign = before.v4;
    v4a.sign = before.v4a;
    globalThis.fetch = before.fetch;
  };
}
