import type { Plan } from './target.ts';

/** An output of the pilot's stack. @throws when it is missing: Provision has not run, or made something else. */
export function outputOf({ pilot, stack = {} }: Plan, name: string): string {
  const value = stack[name];
  if (!value) throw new Error(`the stack of ${pilot} has no output ${name}`);
  return value;
}
