import type { Operation } from './aws/call.ts';
import type { Worker } from './worker.ts';

/** What can happen to a call. */
export const MODES = [
  /** The service fails before it does anything. */
  'error',
  'throttled',
  /** DynamoDB refuses a write because another one of the same row is under way. */
  'conflict',
  /** Done, but the connection breaks before the reply. */
  'lost',
  /** Nothing is done, and nobody answers: the client gives up by itself. */
  'hang',
  /** Done twice. */
  'duplicated',
  'killed before',
  'killed after',
  /** A read answers with what was true before the last write, where AWS allows that. */
  'stale',
  /** Nobody answers in time, and much later it is done all the same. */
  'late',
  /** A person stops the execution for which the call is made, which goes on. */
  'stopped',
] as const;
export type Mode = (typeof MODES)[number];

/** What can happen to an event on its way to whoever listens. */
export const EVENT_MODES = ['event duplicated', 'event dropped', 'event delayed', 'event reordered'] as const;
export type EventMode = (typeof EVENT_MODES)[number];

/** What can happen to a step: Lambda may run it twice for one call of it. */
export const STEP_MODES = ['step twice'] as const;
export type StepMode = (typeof STEP_MODES)[number];

/**
 * A fault of a call, an event or a step, by its number, counted from the start of the run. It strikes the
 * first call from there on to which its mode can happen.
 */
export interface Fault {
  mode: Mode | EventMode | StepMode;
  at: number;
  /** Milliseconds for which every call of that kind fails so from then on; once when absent. */
  lasting?: number;
}

export const isEventMode = (mode: Fault['mode']): mode is EventMode => mode.startsWith('event ');
export const isStepMode = (mode: Fault['mode']): mode is StepMode => mode.startsWith('step ');
export const isCallMode = (mode: Fault['mode']): mode is Mode => !isEventMode(mode) && !isStepMode(mode);

/** Whether a mode can happen to such a call at all. */
export function canMeet(
  mode: Mode,
  { writes, mayBeStale, mayConflict, sentOnce }: Pick<Operation, 'writes' | 'mayBeStale' | 'mayConflict' | 'sentOnce'>,
): boolean {
  if (mode === 'stale') return mayBeStale === true;
  if (mode === 'duplicated' && sentOnce) return false;
  if (mode === 'conflict') return mayConflict === true;
  return writes || (mode !== 'duplicated' && mode !== 'late');
}

/** `killed after at call 17`, `throttled from call 3 on for 300 s`. */
export function describeFault({ mode, at, lasting }: Fault): string {
  const what = isEventMode(mode) ? 'event' : isStepMode(mode) ? 'step' : 'call';
  return lasting === undefined ? `${mode} at ${what} ${at}` : `${mode} from ${what} ${at} on for ${lasting / 1000} s`;
}

/** Decides for each call in turn what happens to it. */
export interface Trouble {
  meet(number: number, now: number, operation: Operation, worker: Worker): Mode | undefined;
  /** Until when (milliseconds since 1970) a lasting fault that has begun lasts; 0 when none has. */
  until(): number;
  /** Planned faults that have not happened. */
  left(): number;
  /** From now on nothing fails any more. */
  end(): void;
}

export function troubleFrom(faults: readonly Fault[]): Trouble {
  const open = faults.filter(({ mode }) => isCallMode(mode)) as (Fault & { mode: Mode })[];
  let isOver = false;
  const lasting: { mode: Mode; kind: string; until: number }[] = [];
  return {
    meet(number, now, operation, worker) {
      if (isOver) return undefined;
      const index = open.findIndex(({ at, mode }) => number >= at && canMeet(mode, operation));
      const [fault] = index >= 0 ? open.splice(index, 1) : [];
      if (fault?.lasting) {
        lasting.push({ mode: fault.mode, kind: kindOf(fault.mode, operation, worker), until: now + fault.lasting });
      }
      const going = lasting.find(({ mode, kind, until }) => now < until && kind === kindOf(mode, operation, worker));
      const mode = fault?.mode ?? going?.mode;
      return mode && canMeet(mode, operation) ? mode : undefined;
    },
    until: () => Math.max(0, ...lasting.map(({ until }) => until)),
    left: () => open.length,
    end() {
      isOver = true;
    },
  };
}

/** A service's operation fails for everybody; a worker that dies is one function's trouble. */
function kindOf(mode: Mode, { service, name }: Operation, worker: Worker): string {
  const isWorkers = mode === 'killed before' || mode === 'killed after' || mode === 'stopped';
  return `${isWorkers ? `${worker.function} ` : ''}${service} ${name}`;
}
