import { lastLines } from '../../aws/logs.ts';
import { passedOn } from '../../passed-on.ts';
import type { Plan } from '../target.ts';
import { CONTAINER } from './names.ts';
import { stackOf } from './stack.ts';

const LINES = 5;
const LINE = 200;

/** The last lines that a task wrote, as they may be passed on; empty where there are none, or they cannot be had: why it failed is known without them. */
export async function logTail(plan: Plan, task: string): Promise<string[]> {
  try {
    const lines = await lastLines(stackOf(plan).logs, `${plan.release}/${CONTAINER}/${task}`, LINES);
    return lines.map((line) => passedOn(line.slice(0, 10 * LINE)).slice(0, LINE));
  } catch {
    return [];
  }
}
