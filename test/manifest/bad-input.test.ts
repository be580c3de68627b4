import { formatProblem, type Problem } from '../../shared/errors.ts';
import { MANIFEST_CODES } from '../../shared/manifest/codes.ts';
import { excerpt } from '../../shared/manifest/excerpt.ts';
import { BAD_ENVIRONMENTS } from './bad-environments.ts';
import { BAD, type Bad } from './bad-input.ts';
import { BAD_SECRETS, SECRET } from './bad-secrets.ts';
import { BAD_SECTIONS } from './bad-sections.ts';
import { problemsOf } from './samples.ts';

const ALL = [...BAD, ...BAD_SECTIONS, ...BAD_ENVIRONMENTS, ...BAD_SECRETS];

const answersTo = ({ bytes, environment }: Bad): Problem[] => problemsOf(bytes, environment);

const brief = ({ code, place }: Problem): string =>
  [`${place?.line}:${place?.column}`, code, place?.path].filter(Boolean).join(' ');

describe('a bad manifest', () => {
  it.each(ALL)('$what: answered with code, line and column', (one) => {
    expect(answersTo(one).map(brief)).toEqual(one.answers);
  });

  it.each(ALL)('$what: says what is wrong and what was expected, with an excerpt', (one) => {
    const text = new TextDecoder().decode(one.bytes);
    for (const problem of answersTo(one)) {
      expect(problem.message).toMatch(/^\S.{4,}\S$/u);
      expect(problem.expected).toMatch(/\S/);
      expect(problem.place?.file).toBe('pilot.yaml');
      expect(excerpt(problem, text)).toMatch(/^\d+ \| .*\n +\| *\^$/u);
    }
  });

  it('can be bad in every way that has a code, but for too many', () => {
    const answered = new Set(ALL.flatMap(answersTo).map(({ code }) => code));
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

describe('a secret in a manifest', () => {
  it.each(BAD_SECRETS)('$what: is in no message, hint, path or excerpt', (one) => {
    const text = new TextDecoder().decode(one.bytes);
    const problems = answersTo(one);
    const shown = problems.map((problem) => [formatProblem(problem), excerpt(problem, text)]);
    expect(JSON.stringify([problems, shown]).toLowerCase()).not.toContain(SECRET);
  });

  it('hides its line only: what stands elsewhere is shown', () => {
    const text = `apiVersion: pilotage/v1\ndatabase: {password: ${SECRET}}\nrolout: {}\n`;
    const shown = problemsOf(text).map((problem) => excerpt(problem, text).split('\n')[0]);
    expect(shown).toContain('2 | database: ●●●');
    expect(shown).toContain('3 | rolout: {}');
  });
});
