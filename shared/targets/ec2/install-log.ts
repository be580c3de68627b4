import { lastLines } from '../../aws/logs.ts';
import { passedOn } from '../../passed-on.ts';
import type { Plan } from '../target.ts';
import { INSTALLED } from './install-words.ts';
import { installStream } from './names.ts';
import { stackOf } from './stack.ts';
import type { Trouble } from './trouble.ts';

const LINES = 8;
const LINE = 200;
const WORDS = 400;
/** user-data.ts writes it last. */
const FAILED = /^pilotage: FAILED ([A-Z_]+): (.*)$/;

/**
 * Why an instance was given up, in its own words, and the last lines of what it did; as it was known before
 * where the instance wrote nothing, or it cannot be had.
 */
export async function toldBy(plan: Plan, trouble: Trouble): Promise<Trouble> {
  const { instance } = trouble;
  if (!instance) return trouble;
  const lines = await linesOf(plan, instance);
  const [, code, words] = FAILED.exec(lines.at(-1) ?? '') ?? [];
  const before = (code ? lines.slice(0, -1) : lines).filter((line) => line !== '');
  const told = before.map((line) => passedOn(line.slice(0, 10 * LINE)).slice(0, LINE));
  const tail = told.length > 0 ? `; its log ends: ${told.join(' | ')}` : '';
  return {
    ...trouble,
    code: code ?? trouble.code,
    reason: `${words === undefined ? trouble.reason : passedOn(words).slice(0, WORDS)}${tail}`,
  };
}

/** How far an instance is that runs one command, as far as its log tells. */
export async function installationOf(plan: Plan, instance: string): Promise<'done' | 'failed' | 'under way'> {
  const last = (await linesOf(plan, instance)).at(-1) ?? '';
  if (last === INSTALLED) return 'done';
  return FAILED.test(last) ? 'failed' : 'under way';
}

async function linesOf(plan: Plan, instance: string): Promise<string[]> {
  try {
    return await lastLines(stackOf(plan).logs, installStream(plan.release, instance), LINES);
  } catch {
    return [];
  }
}
