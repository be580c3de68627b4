import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';
import { asWorker, type Worker } from './worker.ts';

/** A function's code. The event's shape is between it and whoever sends the event. */
export type Handler = (event: never, context: never) => Promise<unknown>;
export type Handlers = Record<string, Handler>;

/** How a run of a function ended: what it returned, or the name of Lambda's error. */
export type Ended = { returned: unknown } | { error: string; cause: string };

/** Lambda: runs functions, cuts them off at their timeout, and repeats what came as an event and failed. */
export interface Lambda {
  /** Runs a function once and waits for its end. */
  invoke(name: string, event: object, execution?: string): Promise<Ended>;
  /** Runs it as an event: twice more when it fails, after one and two minutes. */
  deliver(name: string, event: object): void;
  /** Runs that are under way, or still to come. */
  busy(): number;
  /** What failed three times, as it lies in the queue of what reached nobody. */
  undelivered: { function: string; event: object }[];
  /** Sends all of that again. */
  redrive(): void;
}

/** What stack/functions.yml says of a function. */
interface Known {
  /** Seconds. */
  timeout: number;
  /** What fails three times is kept for the operator; of the rest the watchdog's next round takes care. */
  isKept: boolean;
}

function readFunctions(): Record<string, Known> {
  const text = readFileSync(join(process.cwd(), 'stack', 'functions.yml'), 'utf8');
  const { functions } = parse(text) as { functions: Record<string, { timeout?: number; kind?: string }> };
  return Object.fromEntries(
    Object.entries(functions).map(([name, { timeout = 30, kind }]) => [name, { timeout, isKept: kind === 'listener' }]),
  );
}
let known: Record<string, Known> | undefined;

const RETRY_SECONDS = [60, 120];
/** Milliseconds after which a crash is known to whoever called. */
const CRASH_MS = 80;

export function lambdaWith(clock: Clock, random: Random, handlers: Handlers): Lambda {
  known ??= readFunctions();
  const all = known;
  let workers = 0;
  let busy = 0;

  async function invoke(name: string, event: object, execution?: string): Promise<Ended> {
    const handler = handlers[name];
    const seconds = all[name]?.timeout;
    if (!handler || !seconds) throw new Error(`there is no function ${name}`);
    await clock.sleep(random.whole(3, 15));
    return new Promise((end) => {
      const until = clock.now() + seconds * 1000;
      const worker: Worker = {
        id: ++workers,
        function: name,
        ...of(event),
        ...(execution && { execution }),
        dead: false,
        kill: () => cutOff('Runtime.ExitError', CRASH_MS),
      };
      const cutOff = (error: string, after: number) => {
        if (worker.dead) return;
        worker.dead = true;
        takeBack();
        clock.after(after, () => end({ error, cause: `{"errorMessage":"${error}"}` }));
      };
      const takeBack = clock.after(seconds * 1000, () => cutOff('Sandbox.Timedout', 0));
      const finish = (ended: Ended) => {
        if (worker.dead) return;
        takeBack();
        end(ended);
      };
      const context = { functionName: name, getRemainingTimeInMillis: () => until - clock.now() };
      asWorker(worker, () => handler(structuredClone(event) as never, context as never)).then(
        (returned) => finish({ returned }),
        (error: Error) => finish({ error: error.name, cause: JSON.stringify({ errorMessage: error.message }) }),
      );
    });
  }

  const lambda: Lambda = {
    undelivered: [],
    redrive() {
      for (const { function: name, event } of lambda.undelivered.splice(0)) lambda.deliver(name, event);
    },
    busy: () => busy,
    async invoke(name, event, execution) {
      busy += 1;
      const ended = await invoke(name, event, execution);
      busy -= 1;
      return ended;
    },
    deliver(name, event) {
      busy += 1;
      void (async () => {
        for (let tried = 0; ; tried += 1) {
          const ended = await invoke(name, event);
          if ('returned' in ended) break;
          const seconds = RETRY_SECONDS[tried];
          if (seconds === undefined) {
            if (all[name]?.isKept) lambda.undelivered.push({ function: name, event });
            break;
          }
          await clock.sleep(seconds * 1000);
        }
        busy -= 1;
      })();
    },
  };
  return lambda;
}

/** The deployment that an event names, as steps get it, as the bus tells it, or as an execution's name. */
function of(event: object): { deployment?: string } {
  const { input, detail } = event as {
    input?: { deployment?: string };
    detail?: { deployment?: string; name?: string };
  };
  const deployment = input?.deployment ?? detail?.deployment ?? detail?.name;
  return deployment ? { deployment } : {};
}
