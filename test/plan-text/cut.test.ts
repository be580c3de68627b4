import * as fc from 'fast-check';
import { cutTo } from '../../shared/plan-text/cut.ts';

const SAID = 'It was cut.';
const count = (text: string, what: RegExp) => text.match(what)?.length ?? 0;

describe('Markdown that is too long', () => {
  it('is left as it is where it is not', () => {
    expect(cutTo('a\nb', SAID, 3)).toBe('a\nb');
  });

  it('ends with a whole line, and says that it was cut', () => {
    const table = Array.from({ length: 40 }, (_, at) => `| row ${at} | cell |`).join('\n');
    const cut = cutTo(table, SAID, 200);
    expect(cut.length).toBeLessThanOrEqual(200);
    expect(cut).toMatch(/\| cell \|\n\n_It was cut\._$/);
  });

  it('is never longer than it may be, and leaves nothing open, wherever it is cut', () => {
    const block = fc.constantFrom('words', '<details><summary>s</summary>\n\nin\n\n</details>', '```\ncode\ncode\n```');
    const nested = '<details><summary>s</summary>\n\n```\ncode\ncode\n```\n\n</details>';
    fc.assert(
      fc.property(
        fc.array(fc.oneof(block, fc.constant(nested)), { minLength: 1 }),
        fc.integer({ min: 60, max: 400 }),
        (parts, most) => {
          const cut = cutTo(parts.join('\n\n'), SAID, most);
          expect(cut.length).toBeLessThanOrEqual(most);
          expect(count(cut, /<details>/g)).toBe(count(cut, /<\/details>/g));
          expect(count(cut, /^```/gm) % 2).toBe(0);
        },
      ),
    );
  });
});
