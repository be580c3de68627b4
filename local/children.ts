import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

export interface Child {
  pid: number;
  /** Fulfilled when it has ended, with its exit code (null when a signal ended it). */
  ended: Promise<number | null>;
  /** Ends it and all that it started: TERM, after the grace KILL. May be called again. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  env: Record<string, string>;
  /** The file that its output is appended to. */
  log: string;
  /** Where it runs; where this process does, unless said otherwise. */
  cwd?: string;
  /** Milliseconds from TERM to KILL. */
  grace?: number;
  /** What a person calls it, who is told that it is stopped. */
  what?: string;
}

/** With what they are called. */
const running = new Map<ChildProcess, string | undefined>();

/**
 * Starts a program as the leader of its own process group, which is ended with
 * this process, on whatever way that ends by itself. Its stdin stays open for as
 * long as this process lives: a child that must also notice when this one is
 * killed reads it until its end.
 */
export async function startChild(command: string, args: readonly string[], options: ChildOptions): Promise<Child> {
  endChildrenToo();
  const log = openSync(options.log, 'a');
  const child = spawn(command, args, {
    env: options.env,
    stdio: ['pipe', log, log],
    detached: true,
    ...(options.cwd && { cwd: options.cwd }),
  });
  closeSync(log);
  await once(child, 'spawn');
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => {
    running.delete(child);
    return code ?? null;
  });
  child.stdin?.on('error', () => {});
  // A child that nobody stopped does not keep this process from ending.
  child.unref();
  if (child.stdin && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  running.set(child, options.what);
  return { pid: child.pid ?? 0, ended, stop: () => stop(child, options.grace ?? 4_000) };
}

/** Ends all children. */
export async function stopChildren(): Promise<void> {
  await Promise.all([...running.keys()].map((child) => stop(child, 4_000)));
}

async function stop(child: ChildProcess, grace: number): Promise<void> {
  if (!running.has(child)) return;
  const ended = once(child, 'exit');
  signalGroup(child, 'SIGTERM');
  const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), grace);
  await ended;
  clearTimeout(kill);
  // Its own children may have outlived it.
  signalGroup(child, 'SIGKILL');
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch (error) {
    // It has ended already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

let watching = false;

const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
/** npm hands on the Ctrl-C that the terminal has sent to this process as well: what comes so soon is the same one. */
const ONE_PRESS_MS = 500;

/**
 * Whatever ends this process ends its children first, those as well that it starts later. A second Ctrl-C ends all at once.
 * @param say tells a person what is stopped, and when that is done
 */
export function endChildrenToo(say: (line: string) => void = () => {}): void {
  if (watching) return;
  watching = true;
  let since: number | undefined;
  for (const signal of Object.keys(CODES) as (keyof typeof CODES)[])
    process.on(signal, () => {
      // Nobody sees a terminal that is gone, and writing to it is an error.
      const tell = signal === 'SIGHUP' ? () => {} : say;
      if (since === undefined) {
        since = performance.now();
        void leave(tell).finally(() => process.exit(CODES[signal]));
      } else if (performance.now() - since > ONE_PRESS_MS) {
        tell('Ended at once');
        process.exit(CODES[signal]);
      }
    });
  process.once('uncaughtException', (error) => {
    console.error(error);
    void stopChildren().finally(() => process.exit(1));
  });
  // Nothing can be waited for here.
  process.on('exit', () => {
    for (const child of running.keys()) signalGroup(child, 'SIGKILL');
  });
}

async function leave(say: (line: string) => void): Promise<void> {
  const began = performance.now();
  // What is drawn on the screen at this moment is drawn to its end.
  await new Promise(setImmediate);
  const names = [...new Set(running.values())].filter((what) => what !== undefined);
  if (names.length) say(`Stopping ${names.join(', ')} … (Ctrl-C once more ends all of it at once)`);
  await stopChildren();
  say(`Everything is stopped, after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}
