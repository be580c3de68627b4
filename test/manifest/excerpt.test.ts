import { excerpt } from '../../shared/manifest/excerpt.ts';

const at = (line: number, column: number) => ({
  code: 'MANIFEST_VALUE',
  message: 'it is wrong',
  place: { file: 'pilot.yaml', line, column },
});

describe('an excerpt', () => {
  it('is the line with a caret under the column', () => {
    expect(excerpt(at(2, 7), 'a: 1\nname: Acme\n')).toBe('2 | name: Acme\n  |       ^');
  });

  it.each(['\ufeffname: Acme', 'name: Acme\r\n', 'name: Acme\r'])(
    'does not show how lines end or files begin',
    (text) => {
      expect(excerpt(at(1, 7), text)).toBe('1 | name: Acme\n  |       ^');
    },
  );

  it('makes room for the number', () => {
    expect(excerpt(at(10, 1), `${'\n'.repeat(9)}x`)).toBe('10 | x\n   | ^');
  });

  it('draws what cannot be seen, so that it does nothing to a terminal', () => {
    expect(excerpt(at(1, 6), '\t\0\x1b[\u202eab\x7f\u009b')).toBe('1 | →␀␛[�ab��\n  |      ^');
  });

  it('counts a character outside the basic plane once', () => {
    expect(excerpt(at(1, 6), 'a: 🎈b')).toBe('1 | a: 🎈b\n  |     ^');
  });

  it('cuts a long line around the place', () => {
    const [line = '', caret = ''] = excerpt(at(1, 5001), `${'a'.repeat(5000)}X${'b'.repeat(5000)}`).split('\n');
    expect(line.length).toBeLessThan(120);
    expect(line[caret.indexOf('^')]).toBe('X');
  });

  it('points behind the end of a line that is too short', () => {
    expect(excerpt(at(1, 99), 'ab')).toBe('1 | ab\n  |   ^');
  });

  it('is empty where a problem has no line', () => {
    expect(excerpt({ code: 'X', message: 'y', place: { file: 'pilot.yaml' } }, 'a')).toBe('');
    expect(excerpt({ code: 'X', message: 'y' }, 'a')).toBe('');
  });

  it('shows a line with a secret up to its first colon, with the caret no further', () => {
    const problem = at(1, 30);
    expect(excerpt({ ...problem, place: { ...problem.place, hidden: 20 } }, 'config: {values: {x: hunter2}}')).toBe(
      '1 | config: ●●●\n  |            ^',
    );
  });

  it('shows nothing of a line that a secret begins or goes on in', () => {
    const problem = at(1, 3);
    expect(excerpt({ ...problem, place: { ...problem.place, hidden: 1 } }, '  a: hunter2')).toBe('1 |   ●●●\n  |   ^');
  });

  it.each([
    ['password: hunter2', 1, 'password: ●●●'],
    ['  "apiKey":"hunter2"', 1, '  "apiKey":●●●'],
    ['- --token=hunter2', 1, '●●●'],
    ['url: https://app:hunter2@example.com', 1, 'url: ●●●'],
    ['secrets:\n  DB: hunter2: x', 2, '  ●●●'],
    ['password: |\n\n  hunter2', 3, '  ●●●'],
    ['-----BEGIN PRIVATE KEY-----\nhunter2', 2, '●●●'],
    ['-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\na: b', 4, 'a: b'],
    ['secrets:\n  db-url: secret:db', 2, '  db-url: secret:db'],
    ['password: secret:db', 1, 'password: secret:db'],
    ['secrets:\n  A: secret:a\nowner: x', 3, 'owner: x'],
  ])('looks for secrets itself, since the file may be no YAML: %j', (text, line, shown) => {
    expect(excerpt(at(line, 1), text).split('\n')[0]).toBe(`${line} | ${shown}`);
  });
});
