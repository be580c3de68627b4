import { AsyncLocalStorage } from 'node:async_hooks';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';
import zlib from 'node:zlib';
import type { Random } from './random.ts';

/**
 * Virtual time. While it is installed, nothing in the process really waits:
 * `Date`, timers, `Math.random` and `randomUUID` are the run's own. Work is done
 * until nothing is left to do at this moment, then the clock jumps to the next timer.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Does `work` after so many milliseconds. @returns what takes it back. */
  after(ms: number, work: () => void): () => void;
  sleep(ms: number): Promise<void>;
  /** From now on `Date` tells the time wrongly by so many milliseconds; timers go on as they did. */
  setWrong(ms: number): void;
  /** What `Date` tells. */
  shown(): number;
  /** Lets time pass until `over` says so, or `until` has come. @returns whether `over` said so. */
  run(over: () => boolean, until: number): Promise<boolean>;
}

interface Timer {
  at: number;
  order: number;
  work: (() => void) | undefined;
}

const real = {
  Date: globalThis.Date,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  clearImmediate: globalThis.clearImmediate,
  random: Math.random,
  randomUUID: crypto.randomUUID,
  pause: timersPromises.setTimeout,
  deflateRaw: zlib.deflateRaw,
  timeout: AbortSignal.timeout,
};

/** Microtasks and `nextTick`s, in which all in-process work is done, are over when the event loop has gone round. */
const turn = () => new Promise<void>((over) => real.setImmediate(over));

/** Only one run is under way at a time in a process: this is its clock. */
let current: (Clock & { random: Random }) | undefined;

class Timers {
  #heap: Timer[] = [];
  #order = 0;

  add(at: number, work: () => void): Timer {
    const timer = { at, order: this.#order++, work };
    const heap = this.#heap;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(timer, heap[parent] as Timer)) break;
      heap[index] = heap[parent] as Timer;
      index = parent;
    }
    heap[index] = timer;
    return timer;
  }

  /** The next timer that was not taken back, if it is due by then. */
  due(by: number): Timer | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (!first || first.at > by) return undefined;
      this.#removeFirst();
      if (first.work) return first;
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child += 1;
      if (!isBefore(heap[child] as Timer, last)) break;
      heap[index] = heap[child] as Timer;
      index = child;
    }
    heap[index] = last;
  }
}

const isBefore = (one: Timer, other: Timer) => one.at < other.at || (one.at === other.at && one.order < other.order);

export function clockFrom(start: number, random: Random): Clock {
  let now = start;
  let wrong = 0;
  const timers = new Timers();
  const clock: Clock = {
    now: () => now,
    after(ms, work) {
      const timer = timers.add(now + Math.max(0, ms), AsyncLocalStorage.bind(work));
      return () => {
        timer.work = undefined;
      };
    },
    setWrong(ms) {
      wrong = ms;
    },
    shown: () => now + wrong,
    sleep: (ms) => new Promise((over) => void clock.after(ms, over)),
    async run(over, until) {
      for (;;) {
        await turn();
        if (over()) return true;
        const timer = timers.due(until);
        if (!timer) {
          now = Math.max(now, until);
          return false;
        }
        now = Math.max(now, timer.at);
        timer.work?.();
      }
    },
  };
  current = { ...clock, random };
  return clock;
}

const active = () => {
  if (!current) throw new Error('no run is under way: virtual time stands still');
  return current;
};

class VirtualDate extends real.Date {
  constructor(...given: [] | [number | string | Date]) {
    if (given.length === 0) super(VirtualDate.now());
    else super(...(given as [number]));
  }

  static override now(): number {
    return current ? current.shown() : real.Date.now();
  }
}

const fakeTimeout = (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
  const cancel = active().after(ms, () => work(...args));
  return { cancel, unref: () => undefined, ref: () => undefined, hasRef: () => true };
};
const fakeClear = (timer: { cancel?: () => void } | undefined) => timer?.cancel?.();

/** Replaces time and chance in this process. @returns what puts the real ones back. */
export function installClock(): () => void {
  Object.assign(globalThis, {
    Date: VirtualDate,
    setTimeout: fakeTimeout,
    clearTimeout: fakeClear,
    setImmediate: (work: (...args: unknown[]) => void, ...args: unknown[]) => fakeTimeout(work, 0, ...args),
    clearImmediate: fakeClear,
  });
  Math.random = () => active().random.next();
  const digits = (count: number) =>
    Array.from({ length: count }, () => active().random.whole(0, 15).toString(16)).join('');
  crypto.randomUUID = () => `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`;
  timersPromises.setTimeout = ((ms: number, value?: unknown) =>
    active()
      .sleep(ms)
      .then(() => value)) as typeof timersPromises.setTimeout;
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    active().after(ms, () => controller.abort(new DOMException('it takes too long', 'TimeoutError')));
    return controller.signal;
  };
  // It would work in a thread of its own, in real time.
  zlib.deflateRaw = ((bytes: Buffer, options: zlib.ZlibOptions, tell: zlib.CompressCallback) =>
    process.nextTick(tell, null, zlib.deflateRawSync(bytes, options))) as typeof zlib.deflateRaw;
  syncBuiltinESMExports();
  return () => {
    const { random, randomUUID, pause, deflateRaw, timeout, ...globals } = real;
    Object.assign(globalThis, globals);
    Math.random = random;
    crypto.randomUUID = randomUUID;
    timersPromises.setTimeout = pause;
    zlib.deflateRaw = deflateRaw;
    AbortSignal.timeout = timeout;
    syncBuiltinESMExports();
    current = undefined;
  };
}
