import { formatProblem, type Problem } from '../errors.ts';
import { safe } from './markdown.ts';
import { printable } from './screen.ts';

/** Problems as Markdown, one below the other: each with its line, which is shown as it is. */
export const problemList = (problems: readonly Problem[]): string =>
  problems
    .map((problem) => {
      const line = `- \`${printable(formatProblem(problem)).replaceAll('`', 'ˋ')}\``;
      return problem.hint ? `${line}\n  ${safe(problem.hint)}` : line;
    })
    .join('\n');
