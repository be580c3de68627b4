import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** Runs on Lambda's Node in a process of its own, which an exhausted stack would abort. */
function codesInChild(expression: string): unknown {
  const script = `
    import { loadManifest } from './shared/manifest/load.ts';
    import { parse } from './shared/manifest/parse.ts';
    const load = (text) => loadManifest(Buffer.from(text), 'pilot.yaml').problems.map(({ code }) => code);
    const parsed = (text) => parse(text).findings.map(({ code }) => code);
    console.log(JSON.stringify(${expression}));`;
  const output = execFileSync(
    join(root, 'node_modules/.bin/node'),
    ['--stack-size=500', '--input-type=module', '--eval', script],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return JSON.parse(output);
}

describe('nesting', () => {
  it('of 200,000 brackets is refused by size, and of 65,000 by depth', () => {
    expect(codesInChild(`[load('['.repeat(200_000)), load('['.repeat(65_000)), load('[]: ['.repeat(13_000))]`)).toEqual(
      [['MANIFEST_TOO_LARGE'], ['MANIFEST_TOO_DEEP'], ['MANIFEST_TOO_DEEP']],
    );
  });

  it('does not abort the process even where nothing limits the size', () => {
    const texts = [
      `'['.repeat(200_000)`,
      `'['.repeat(200_000) + ']'.repeat(200_000)`,
      `'{a: '.repeat(200_000)`,
      `'- '.repeat(200_000)`,
      `'? '.repeat(200_000)`,
      `'[a: '.repeat(200_000)`,
      `'a: ]\\n' + '['.repeat(200_000)`,
      `Array.from({ length: 600 }, (_, i) => ' '.repeat(i) + 'a:').join('\\n')`,
    ];
    const codes = codesInChild(`[${texts.map((text) => `parsed(${text})`).join(', ')}]`);
    expect(codes).toEqual(texts.map((text) => (text.includes(']\\n') ? ['MANIFEST_SYNTAX'] : ['MANIFEST_TOO_DEEP'])));
  });

  it('may be 32 deep', () => {
    expect(
      codesInChild(`[parsed('['.repeat(32) + 'a' + ']'.repeat(32)), parsed('['.repeat(33) + ']'.repeat(33))]`),
    ).toEqual([[], ['MANIFEST_TOO_DEEP']]);
  });
});
