import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A state machine of task tokens, as the files in statemachines/ are: nothing else is known here. */
export interface Machine {
  StartAt: string;
  States: Record<string, State>;
}

export type State = Task | { Type: 'Succeed' };

export interface Task {
  Type: 'Task';
  Resource: string;
  Parameters: { FunctionName: string; Payload: Record<string, string> };
  ResultPath: string;
  TimeoutSeconds: number;
  Retry: Retrier[];
  Catch?: Catcher[];
  Next: string;
}

export interface Retrier {
  ErrorEquals: string[];
  MaxAttempts: number;
  IntervalSeconds?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: string;
}

export interface Catcher {
  ErrorEquals: string[];
  ResultPath: string;
  Next: string;
}

const KNOWN = {
  Task: ['Type', 'Resource', 'Parameters', 'ResultPath', 'TimeoutSeconds', 'Retry', 'Catch', 'Next'],
  Succeed: ['Type'],
};

/** Reads a machine from its file. @throws when it says something that the interpreter would not do. */
export function readMachine(file: string): Machine {
  const text = readFileSync(join(process.cwd(), 'statemachines', file), 'utf8');
  const machine = parse(text, { merge: true }) as Machine;
  for (const [name, state] of Object.entries(machine.States)) {
    const fields: string[] | undefined = KNOWN[state.Type];
    const stranger = Object.keys(state).find((field) => !fields?.includes(field));
    if (!fields || stranger) throw new Error(`${file}: ${name} has ${stranger ?? state.Type}, which is not known here`);
    if (state.Type === 'Task' && state.Resource !== 'arn:aws:states:::lambda:invoke.waitForTaskToken')
      throw new Error(`${file}: ${name} is no task that waits for its token`);
  }
  return machine;
}
