import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { Machine, Retrier, Task } from './read.ts';

/**
 * Step Functions: runs machines of task tokens on virtual time.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */
export interface Engine {
  executions: Map<string, Execution>;
  /** @returns false when that name was used before, with another input or by one that has ended. */
  start(machine: string, name: string, input: string): boolean;
  /** Ends an execution from outside, as a person would. */
  stop(name: string): void;
  /** @returns false when the token is not (or no longer) waited for. */
  answer(token: string, result: Result): boolean;
}

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

export interface Execution {
  machine: string;
  name: string;
  input: string;
  status: Status;
  startedAt: number;
  endedAt?: number;
  visits: Visit[];
}

/** One attempt at a state. */
export interface Visit {
  state: string;
  attempt: number;
  token: string;
  at: number;
  endedAt?: number;
  /** The error's name, or nothing when the state went on. */
  error?: string;
}

export type Result = { output: unknown } | { error: string; cause: string };

type Data = Record<string, unknown>;

/** Runs a function for a state; what it is given back is looked at only when the function failed. */
export type Invoke = (
  functionName: string,
  payload: Data,
  execution: string,
) => Promise<{ error: string; cause: string } | undefined>;

/** All that an execution does, and how it ends. */
export type Course = (execution: Execution) => Promise<'SUCCEEDED' | 'FAILED'>;

export interface EngineParts {
  clock: Clock;
  random: Random;
  machines: Record<string, Machine>;
  invoke: Invoke;
  /** Machines of another kind, and what each of their executions does. */
  others?: Readonly<Record<string, Course>>;
  /** Tells of each change of an execution's status. */
  tell: (execution: Execution) => void;
}

/** Milliseconds between a state's end and the next one's start. */
const TRANSITION_MS = [20, 60] as const;

export function engineOf({ clock, random, machines, invoke, others = {}, tell }: EngineParts): Engine {
  const executions = new Map<string, Execution>();
  const waiting = new Map<string, (result: Result) => void>();
  let tokens = 0;

  const end = (execution: Execution, status: Status) => {
    if (execution.status !== 'RUNNING') return;
    execution.status = status;
    execution.endedAt = clock.now();
    for (const { token } of execution.visits) waiting.delete(token);
    tell(execution);
  };

  async function run(execution: Execution, machine: Machine): Promise<void> {
    let data = JSON.parse(execution.input) as Data;
    for (let name = machine.StartAt; ; ) {
      await clock.sleep(random.whole(...TRANSITION_MS));
      if (execution.status !== 'RUNNING') return;
      const state = machine.States[name];
      if (!state) throw new Error(`there is no state ${name}`);
      if (state.Type === 'Succeed') return end(execution, 'SUCCEEDED');
      const result = await attempts(execution, name, state, data);
      if (execution.status !== 'RUNNING') return;
      if ('output' in result) {
        data = placed(data, state.ResultPath, result.output);
        name = state.Next;
        continue;
      }
      const catcher = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, result.error));
      if (!catcher) return end(execution, 'FAILED');
      data = placed(data, catcher.ResultPath, { Error: result.error, Cause: result.cause });
      name = catcher.Next;
    }
  }

  /** A state with all its retries. */
  async function attempts(execution: Execution, name: string, task: Task, data: Data): Promise<Result> {
    const entered = new Date(clock.now()).toISOString();
    const used = new Map<Retrier, number>();
    for (let attempt = 0; ; attempt += 1) {
      const result = await attemptAt(execution, name, task, data, entered, attempt);
      if ('output' in result || execution.status !== 'RUNNING') return result;
      const retrier = task.Retry.find(({ ErrorEquals }) => matches(ErrorEquals, result.error));
      const tried = retrier ? (used.get(retrier) ?? 0) : 0;
      if (!retrier || tried >= retrier.MaxAttempts) return result;
      used.set(retrier, tried + 1);
      await clock.sleep(delayOf(retrier, tried, random));
      if (execution.status !== 'RUNNING') return result;
    }
  }

  async function attemptAt(
    execution: Execution,
    state: string,
    task: Task,
    data: Data,
    entered: string,
    attempt: number,
  ): Promise<Result> {
    const token = `token-${++tokens}`;
    const visit: Visit = { state, attempt, token, at: clock.now() };
    execution.visits.push(visit);
    const context = {
      'Task.Token': token,
      'State.Name': state,
      'State.EnteredTime': entered,
      'State.RetryCount': attempt,
    };
    let takeBack = () => {};
    const result = await new Promise<Result>((settle) => {
      waiting.set(token, settle);
      const late = { error: 'States.Timeout', cause: '' };
      takeBack = clock.after(task.TimeoutSeconds * 1000, () => settle(late));
      void invoke(task.Parameters.FunctionName.replace(/[${}]/g, ''), filled(task, data, context), execution.name).then(
        (failure) => failure && settle(failure),
      );
    });
    takeBack();
    waiting.delete(token);
    visit.endedAt = clock.now();
    if ('error' in result) visit.error = result.error;
    return result;
  }

  return {
    executions,
    start(machine, name, input) {
      const known = executions.get(name);
      if (known) return known.status === 'RUNNING' && known.input === input && known.machine === machine;
      const definition = machines[machine];
      const course = others[machine];
      if (!definition && !course) throw new Error(`there is no machine ${machine}`);
      const execution: Execution = { machine, name, input, status: 'RUNNING', startedAt: clock.now(), visits: [] };
      executions.set(name, execution);
      tell(execution);
      if (definition) void run(execution, definition);
      else void course?.(execution).then((status) => end(execution, status));
      return true;
    },
    stop(name) {
      const execution = executions.get(name);
      if (execution) end(execution, 'ABORTED');
    },
    answer(token, result) {
      const settle = waiting.get(token);
      if (!settle) return false;
      waiting.delete(token);
      settle(result);
      return true;
    },
  };
}

/** `States.ALL` is every error, `States.Timeout` is one. */
export const matches = (names: string[], error: string) => names.includes('States.ALL') || names.includes(error);

export function delayOf(retrier: Retrier, tried: number, random: Random): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY, JitterStrategy } = retrier;
  const seconds = Math.min(IntervalSeconds * BackoffRate ** tried, MaxDelaySeconds);
  return Math.round(seconds * 1000 * (JitterStrategy === 'FULL' ? random.next() : 1));
}

function placed(data: Data, path: string, value: unknown): Data {
  const [, field] = /^\$\.(\w+)$/.exec(path) ?? [];
  if (!field) throw new Error(`the path ${path} is not known here`);
  return { ...data, [field]: value };
}

/** A payload's template, filled in: `name.$` is a path of the context object (`$$.…`) or all of the input (`$`). */
function filled(task: Task, data: Data, context: Data): Data {
  return Object.fromEntries(
    Object.entries(task.Parameters.Payload).map(([key, path]) => {
      if (path === '$') return [key.slice(0, -2), data];
      const value = context[path.slice(3)];
      if (!key.endsWith('.$') || !path.startsWith('$$.') || value === undefined)
        throw new Error(`${key}: ${path} is not known here`);
      return [key.slice(0, -2), value];
    }),
  );
}
