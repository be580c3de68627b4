import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Clock } from '../clock.ts';
import type { Ended } from '../functions.ts';
import type { Random } from '../random.ts';
import { type Course, delayOf, type Execution } from './engine.ts';
import type { Retrier } from './read.ts';

/** What statemachines/edge-sync.asl.yml says of its states; how they hang together is written below. */
interface Known {
  ReadRanges: Task;
  SyncPilots: { MaxConcurrency: number; ItemProcessor: { States: { SyncPilot: Task } } };
  Summarize: Task;
}

interface Task {
  Retry: Retrier[];
}

interface Reading {
  check: string;
  pilots: { pilot: string; environment: string }[];
}

export interface EdgeParts {
  clock: Clock;
  random: Random;
  /** Runs a function, and waits for its end. */
  invoke(name: string, payload: object, execution: string): Promise<Ended>;
}

/**
 * The machine that brings what lets CloudFront in to a list: reads the list, brings all pilots to it, and tells of it. Its
 * tasks wait for what their functions return.
 */
export function edgeSyncOf({ clock, random, invoke }: EdgeParts): Course {
  const text = readFileSync(join(process.cwd(), 'statemachines', 'edge-sync.asl.yml'), 'utf8');
  const { ReadRanges, SyncPilots, Summarize } = (parse(text, { merge: true }) as { States: Known }).States;

  /** One state with all its retries; whoever stopped the execution gets no answer any more. */
  async function attempts(
    execution: Execution,
    name: string,
    { Retry: [retrier] }: Task,
    input: object,
  ): Promise<Ended> {
    for (let attempt = 0; ; attempt += 1) {
      if (execution.status !== 'RUNNING') return { error: 'States.Aborted', cause: '' };
      execution.visits.push({ state: name, attempt, token: '', at: clock.now() });
      const ended = await invoke(`edge-sync-${name}`, { execution: execution.name, attempt, input }, execution.name);
      if ('returned' in ended || !retrier || attempt >= retrier.MaxAttempts) return ended;
      await clock.sleep(delayOf(retrier, attempt, random));
    }
  }

  return async (execution) => {
    const input = JSON.parse(execution.input) as object;
    const read = await attempts(execution, 'read-ranges', ReadRanges, input);
    if ('error' in read) return 'FAILED';
    const { check, pilots } = read.returned as Reading;
    const synced: unknown[] = [];
    const waiting = [...pilots.entries()];
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, { pilot, environment }] = next;
        const task = SyncPilots.ItemProcessor.States.SyncPilot;
        const ended = await attempts(execution, 'sync-pilot', task, { pilot, environment, check });
        synced[index] =
          'returned' in ended ? ended.returned : { pilot, environment, outcome: 'failed', code: ended.error };
      }
    };
    await Promise.all(Array.from({ length: SyncPilots.MaxConcurrency }, work));
    const told = await attempts(execution, 'summarize', Summarize, {
      ...input,
      read: { value: read.returned },
      synced,
    });
    return 'error' in told ? 'FAILED' : 'SUCCEEDED';
  };
}
