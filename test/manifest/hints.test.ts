import { problemsOf, SMALLEST } from './samples.ts';

const hintsOf = (file: string) => problemsOf(file).map(({ hint }) => hint);
const more = (lines: string) => hintsOf(`${SMALLEST}${lines}\n`);

describe('a hint', () => {
  it.each([
    ['swapped letters', 'retentoin: {}', 'did you mean retention?'],
    ['a letter too many', 'rolllout: {}', 'did you mean rollout?'],
    ['another case', 'static: {notfound: 404.html}', 'did you mean notFound?'],
    ['another style', 'static: {clean_urls: off}', 'did you mean cleanUrls?'],
    ['a letter that looks the same', 'st\u0430tic: {}', 'did you mean static?'],
    ['a value', 'notifications: {level: failure}', 'did you mean failures?'],
    ['a value beside a list', 'static: {immutable: atuo}', 'did you mean auto?'],
  ])('tells what was meant by %s', (_, lines, hint) => {
    expect(more(lines)).toEqual([hint]);
  });

  it('tells where a key belongs that is in the wrong section', () => {
    expect(more('bake: 5m')).toEqual(['bake belongs in the section rollout']);
    expect(more('static: {owner: x}')).toEqual(['owner belongs to the manifest itself, without indentation']);
  });

  it('proposes a name that is valid', () => {
    expect(hintsOf(SMALLEST.replace('acme-site', 'Acme Site_'))).toEqual(['did you mean acme-site?']);
    expect(hintsOf(SMALLEST.replace('acme-site', '4711'))).toEqual([undefined]);
  });

  it('tells how to write a number and a list', () => {
    expect(more('retention: {days: "30"}')).toEqual(['write 30 without quotes']);
    expect(more('rollout: {steps: 100}')).toEqual(['write [100]']);
  });

  it('tells of a key without a value whether it is needed', () => {
    expect(hintsOf(SMALLEST.replace('acme-site', '~'))).toEqual(['it is required: give it a value']);
    expect(hintsOf(SMALLEST.replace('site.zip', ''))).toEqual(['it is required: give it a value']);
    expect(more('owner:')).toEqual(['leave out what is not needed']);
  });

  it('is not given where nothing is near', () => {
    expect(more('kubernetes: {}')).toEqual([undefined]);
  });
});

describe('a message', () => {
  it('quotes a name that is empty or odd', () => {
    expect(problemsOf(SMALLEST.replace('acme-site', '""'))[0]?.message).toBe('name cannot be ""');
    expect(problemsOf(SMALLEST.replace('acme-site', 'a b'))[0]?.message).toBe('name cannot be "a b"');
  });

  it('names the code point of a letter that only looks right', () => {
    expect(problemsOf(SMALLEST.replace('acme', '\u0430cme'))[0]?.message).toContain('U+0430');
    expect(problemsOf(`${SMALLEST}n\u0430me: x\n`)[0]?.message).toContain('U+0430');
  });

  it.each([
    'source: {artifact: "https://example.com/a.zip?X-Amz-Signature=s3cr3t"}',
    'source: {artifact: a.zip, commit: s3cr3t-s3cr3t}',
    'notifications: {level: s3cr3t/s3cr3t/s3cr3t/s3cr3t}',
    'rollout: {bake: s3cr3t}',
    'static: {index: "s3cr3t/"}',
  ])('does not repeat a value that may be a secret: %s', (line) => {
    const problems = problemsOf(SMALLEST.replace(/source:\n.*\n/, line.startsWith('source') ? '' : '$&') + line);
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('s3cr3t');
  });
});
