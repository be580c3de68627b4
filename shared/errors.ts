/**
 * What is wrong and what to do about it, in a form that every surface (CLI,
 * events, notifications) shows alike.
 *
 * Expected trouble is a value of this type, never an exception; a thrown error
 * means "unexpected, retry me".
 */
export interface Problem {
  /** Stable, upper-case name that people search for: `MANIFEST_UNKNOWN_KEY`. */
  code: string;
  /** One sentence: what was found. Never holds a secret's value. */
  message: string;
  /** What would have been right. */
  expected?: string;
  place?: Place;
  /** What to do next, where that is not obvious from `expected`. */
  hint?: string;
}

/** Where in a text a problem stands. `line` and `column` count from 1. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
  /** The manifest's path, such as `static.notFound`. */
  path?: string;
  /** From this column on the line is not shown: a secret stands there. */
  hidden?: number;
}

/** `file:line:column`, as far as it is known. */
export const placeInWords = ({ file, line, column }: Place): string =>
  [file, line, column].filter((part) => part !== undefined).join(':');

/** `file:line:column CODE message (expected …)`, the one-line form used everywhere. */
export function formatProblem(problem: Problem): string {
  const { place } = problem;
  const where = place ? `${placeInWords(place)} ` : '';
  const expected = problem.expected ? ` (expected ${problem.expected})` : '';
  return `${where}${problem.code} ${problem.message}${expected}`;
}
