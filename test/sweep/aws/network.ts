import { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { Mode, Trouble } from '../faults.ts';
import type { Random } from '../random.ts';
import { currentWorker, type Worker } from '../worker.ts';
import type { Operation, Reply, Request, Service } from './call.ts';

/** One request that left a function, and what became of it. */
export interface Call {
  /** Counts from 0. */
  number: number;
  at: number;
  worker: number;
  function: string;
  deployment?: string;
  service: string;
  name: string;
  about: string;
  writes: boolean;
  mayBeStale: boolean;
  mayConflict: boolean;
  sentOnce?: NonNullable<Operation['sentOnce']>;
  fault?: Mode;
  /** When it took effect, each time that it did. */
  applied: number[];
  /** The HTTP status that was sent back; absent when nobody got one. */
  status?: number;
}

/** The wire between functions and AWS. Everything that goes over it is written down. */
export interface Network {
  journal: Call[];
  /** Effects that are still to come. */
  pending(): number;
  /** Called as each call is made. */
  watch: (call: Call) => void;
  handle(request: Request, timeout: number | undefined): Promise<object>;
}

export interface NetworkParts {
  clock: Clock;
  random: Random;
  services: Service[];
  trouble: Trouble;
  /** Stops the execution for which a worker runs. */
  stop: (worker: Worker) => void;
}

const WAY_MS = [1, 9] as const;
/** When a request that nobody waits for any more takes effect. */
const LATE_MS = [12_000, 150_000] as const;

export function networkOf({ clock, random, services, trouble, stop }: NetworkParts): Network {
  const journal: Call[] = [];
  let pending = 0;
  const never = () => new Promise<never>(() => {});

  async function handle(request: Request, timeout: number | undefined): Promise<object> {
    const worker = currentWorker();
    if (worker.dead) return never();
    const service = services.find(({ isAt }) => isAt(request.hostname));
    if (!service) throw new Error(`nobody is at ${request.hostname}`);
    const operation = service.read(request);
    const call = write(operation, worker);
    const fault = trouble.meet(call.number, clock.now(), operation, worker);
    if (fault) call.fault = fault;
    if (fault === 'killed before') {
      worker.kill();
      return never();
    }
    if (fault === 'stopped') stop(worker);

    await clock.sleep(random.whole(...WAY_MS));
    const reply = await meet(fault, service, call, operation, worker, timeout);
    await clock.sleep(random.whole(...WAY_MS));
    // A reply finds nobody when the worker was cut off meanwhile.
    if (worker.dead) return never();
    call.status = reply.status;
    return { response: responseOf(service, reply) };
  }

  async function meet(
    fault: Mode | undefined,
    service: Service,
    call: Call,
    operation: Operation,
    worker: Worker,
    timeout: number | undefined,
  ): Promise<Reply> {
    const apply = (stale?: boolean) => {
      call.applied.push(clock.now());
      return operation.apply(worker, stale);
    };
    const applyAfter = (ms: number) => {
      pending += 1;
      clock.after(ms, () => {
        pending -= 1;
        apply();
      });
    };
    switch (fault) {
      case 'error':
        return service.error;
      case 'throttled':
        return service.throttled;
      case 'conflict':
        return service.conflict?.(operation.name) ?? service.error;
      case 'lost':
        apply();
        throw broken('ECONNRESET');
      case 'late':
        applyAfter(random.whole(...(operation.sentOnce ?? LATE_MS)));
        return giveUp(timeout);
      case 'hang':
        return giveUp(timeout);
      case 'duplicated': {
        const reply = apply();
        applyAfter(random.pick([0, 3_000]));
        return reply;
      }
      case 'killed after':
        apply();
        worker.kill();
        return never();
      case 'stale':
        return apply(true);
      default:
        return apply();
    }
  }

  /** What the SDK's own handler does when nobody answers. */
  async function giveUp(timeout: number | undefined): Promise<never> {
    if (timeout === undefined) return never();
    await clock.sleep(timeout);
    throw broken('ETIMEDOUT');
  }

  function write(operation: Operation, worker: Worker): Call {
    const call: Call = {
      number: journal.length,
      at: clock.now(),
      worker: worker.id,
      function: worker.function,
      ...(worker.deployment && { deployment: worker.deployment }),
      service: operation.service,
      name: operation.name,
      about: operation.about,
      writes: operation.writes,
      mayBeStale: operation.mayBeStale ?? false,
      mayConflict: operation.mayConflict ?? false,
      ...(operation.sentOnce && { sentOnce: operation.sentOnce }),
      applied: [],
    };
    journal.push(call);
    network.watch(call);
    return call;
  }

  const network: Network = { journal, pending: () => pending, watch: () => undefined, handle };
  return network;
}

const broken = (code: string) => Object.assign(new Error(code), { name: 'TimeoutError', code });

/** S3's bodies are read as streams, also past the SDK; all others are collected, and bytes need no collecting. */
function responseOf({ name }: Service, { status, headers = {}, body = '' }: Reply) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return { statusCode: status, headers, body: name === 's3' ? streamOf(bytes) : bytes };
}

const streamOf = (bytes: Uint8Array) =>
  new Readable({
    read() {
      if (bytes.length > 0) this.push(bytes);
      this.push(null);
    },
  });
