import type { Problem } from '../../shared/errors.ts';
import { MANIFEST_CODES } from '../../shared/manifest/codes.ts';
import { excerpt } from '../../shared/manifest/excerpt.ts';
import { BAD } from './bad-input.ts';
import { problemsOf } from './samples.ts';

const brief = ({ code, place }: Problem): string =>
  [`${place?.line}:${place?.column}`, code, place?.path].filter(Boolean).join(' ');

describe('a bad manifest', () => {
  it.each(BAD)('$what: answered with code, line and column', ({ bytes, answers }) => {
    expect(problemsOf(bytes).map(brief)).toEqual(answers);
  });

  it.each(BAD)('$what: says what is wrong and what was expected, with an excerpt', ({ bytes }) => {
    const text = new TextDecoder().decode(bytes);
    for (const problem of problemsOf(bytes)) {
      expect(problem.message).toMatch(/^\S.{4,}\S$/u);
      expect(problem.expected).toMatch(/\S/);
      expect(problem.place?.file).toBe('pilot.yaml');
      expect(excerpt(problem, text)).toMatch(/^\d+ \| .*\n +\| *\^$/u);
    }
  });

  it('can be bad in every way that has a code, but for too many', () => {
    const answered = new Set(BAD.flatMap(({ bytes }) => problemsOf(bytes).map(({ code }) => code)));
    expect([...answered].sort()).toEqual(
      Object.keys(MANIFEST_CODES)
        .filter((code) => code !== 'MANIFEST_TOO_MANY')
        .sort(),
    );
  });

  it('gets no more than a hundred problems, then how many are left', () => {
    const problems = problemsOf(Array.from({ length: 2000 }, (_, i) => `key${i}: 1`).join('\n'));
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toMatchObject({ code: 'MANIFEST_TOO_MANY', place: { line: 97 } });
    expect(problems.at(-1)?.message).toMatch(/^1904 further/);
  });
});
