import * as fc from 'fast-check';
import { formatProblem } from '../../shared/errors.ts';
import { excerpt } from '../../shared/manifest/excerpt.ts';
import { loadManifest } from '../../shared/manifest/load.ts';
import { encode, FULL, problemsOf, resolved } from './samples.ts';

/** Accepted, or refused with problems that all have a place in the text, in order. */
function isAnswered(bytes: Uint8Array): boolean {
  const loaded = loadManifest(bytes, 'pilot.yaml');
  if (loaded.ok) return true;
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  const places = loaded.problems.map(({ place }) => [place?.line ?? 0, place?.column ?? 0] as const);
  const inText = places.every(
    ([line, column]) => line >= 1 && column >= 1 && column <= (lines[line - 1]?.length ?? -1) + 1,
  );
  const inOrder = places.every(([line, column], i) => {
    const [lineBefore, columnBefore] = places[i - 1] ?? [0, 0];
    return line > lineBefore || (line === lineBefore && column >= columnBefore);
  });
  return (
    places.length > 0 && inText && inOrder && loaded.problems.every((problem) => excerpt(problem, lines.join('\n')))
  );
}

const full = encode(FULL);
const position = fc.nat(FULL.length - 1);
const yamlish = fc.constantFrom(
  ...[
    '[',
    ']',
    '{',
    '}',
    ': ',
    '- ',
    '? ',
    '&a ',
    '*a ',
    '!t ',
    '!!int ',
    '|\n',
    '>-\n',
    '"',
    "'",
    '#',
    '\n',
    '\n  ',
    ',',
  ],
  ...[
    '<<: ',
    '---\n',
    '...\n',
    '%YAML 1.2\n',
    '\t',
    '\r\n',
    '\0',
    '\ufeff',
    '\u0430',
    '__proto__',
    'null',
    '~',
    '\\u0000',
  ],
);

describe('whatever is read', () => {
  it('is answered: bytes of any kind', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), isAnswered), { numRuns: 2000 });
  });

  it('is answered: text made of what YAML is made of', () => {
    const text = fc.array(fc.oneof(yamlish, fc.constantFrom('a', 'name', 'static', ' ', '1')), { maxLength: 60 });
    fc.assert(
      fc.property(text, (parts) => isAnswered(encode(parts.join('')))),
      { numRuns: 5000 },
    );
  });

  it('is answered: a valid manifest with a byte changed', () => {
    const changed = fc.tuple(position, fc.nat(255)).map(([at, byte]) => full.with(at, byte));
    fc.assert(fc.property(changed, isAnswered), { numRuns: 2000 });
  });

  it('is answered: a valid manifest with something put in, cut out or moved', () => {
    const edit = fc.tuple(position, fc.nat(20), yamlish);
    const edited = fc
      .array(edit, { minLength: 1, maxLength: 4 })
      .map((edits) => edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), FULL));
    fc.assert(
      fc.property(edited, (text) => isAnswered(encode(text))),
      { numRuns: 3000 },
    );
  });

  it('is the same whatever the line ends', () => {
    const lines = fc.array(fc.constantFrom(...FULL.split('\n')), { maxLength: 20 });
    fc.assert(
      fc.property(lines, (parts) => {
        expect(problemsOf(parts.join('\r\n'))).toStrictEqual(problemsOf(parts.join('\n')));
        expect(resolved(parts.join('\r\n'))).toStrictEqual(resolved(parts.join('\n')));
      }),
    );
  });

  it('never shows a secret, whatever is wrong in other lines', () => {
    const [before = '', after = ''] = FULL.split('  class: db.t4g.small\n');
    const edited = (part: string) =>
      fc
        .tuple(fc.nat(part.length - 1), fc.nat(20), yamlish)
        .map(([at, cut, put]) => part.slice(0, at) + put + part.slice(at + cut));
    fc.assert(
      fc.property(edited(before), edited(after), (first, last) => {
        const text = `${first}\n  password: hunter2\n${last}`;
        const shown = problemsOf(text).map((problem) => [problem, formatProblem(problem), excerpt(problem, text)]);
        expect(JSON.stringify(shown)).not.toContain('hunter2');
      }),
      { numRuns: 1000 },
    );
  });
});
