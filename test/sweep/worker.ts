import { AsyncLocalStorage } from 'node:async_hooks';

/** One run of one function. What it calls is told apart by the asynchronous context that it runs in. */
export interface Worker {
  id: number;
  /** As in stack/functions.yml: `deploy-shift`. */
  function: string;
  /** The deployment that it acts for, where its event names one. */
  deployment?: string;
  /** The execution whose state called it. */
  execution?: string;
  /** Killed: nothing that it does has any effect any more, and nobody answers it. */
  dead: boolean;
  /** Cuts it off; whoever called it hears of an error, as Lambda tells of a crash. */
  kill(): void;
}

const workers = new AsyncLocalStorage<Worker>();

export const asWorker = <T>(worker: Worker, work: () => T): T => workers.run(worker, work);

/** Who is calling. @throws outside of a worker: nothing calls AWS there. */
export function currentWorker(): Worker {
  const worker = workers.getStore();
  if (!worker) throw new Error('AWS was called outside of every function');
  return worker;
}
