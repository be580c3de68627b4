import { formatProblem, type Problem } from '../shared/errors.ts';
import { excerpt } from '../shared/manifest/excerpt.ts';
import { counted } from '../shared/notify/quantities.ts';
import { type Io, type Paint, painter, printable } from './io.ts';

/** 0 done · 1 the deployment failed or was not seen to end · 2 bad manifest or usage · 3 AWS cannot be reached · 130 interrupted */
export type Exit = 0 | 1 | 2 | 3 | 130;

export type Result = Answered | Refused;

export interface Answered {
  exit: Exit;
  /** For programs; `ok` is added. */
  json: object;
  /** For people. */
  text: string;
}

export interface Refused {
  exit: 1 | 2 | 3;
  problems: Problem[];
  /** The text that the problems' places are in. */
  source?: string;
  /** What became of everything else: `nothing was uploaded`. */
  consequence?: string;
}

export const refused = (exit: Refused['exit'], ...problems: Problem[]): Refused => ({ exit, problems });

export const isRefused = (value: object): value is Refused =>
  'problems' in value && 'exit' in value && !('json' in value);

/** Says the result in the one form or the other. */
export function show(result: Result, json: boolean, io: Io): Exit {
  if (json) {
    const document = isRefused(result) ? { problems: result.problems } : result.json;
    io.out.write(`${JSON.stringify({ ok: result.exit === 0, ...document }, null, 2)}\n`);
  } else if (isRefused(result)) {
    io.err.write(`${refusalText(result, painter(io.err, io.env))}\n`);
  } else if (result.text) {
    io.out.write(`${result.text}\n`);
  }
  return result.exit;
}

function refusalText({ problems, source, consequence }: Refused, paint: Paint): string {
  const paragraphs = problems.map((problem) => problemText(problem, source, paint));
  if (!consequence) return paragraphs.join('\n');
  return [...paragraphs, '', `${counted(problems.length, 'problem')}; ${consequence}.`].join('\n');
}

/** The one-line form, the place with a caret, and what to do. */
export function problemText(problem: Problem, source: string | undefined, paint: Paint): string {
  const line = printable(formatProblem(problem)).replace(problem.code, paint(['red', 'bold'], problem.code));
  const shown = source === undefined ? '' : excerpt(problem, source);
  const hint = problem.hint ? `  → ${printable(problem.hint)}` : '';
  return [line, shown.replace(/^/gm, shown ? '    ' : ''), hint].filter(Boolean).join('\n');
}
