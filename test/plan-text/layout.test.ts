import * as fc from 'fast-check';
import { columns, widthOf, wrapped, wrappedItems } from '../../shared/plan-text/layout.ts';

describe('wrapped text', () => {
  it('breaks between words, and indents what follows', () => {
    expect(wrapped('one two three', 9, '- ')).toBe('- one two\n  three');
  });

  it('keeps a word that is longer than the line whole', () => {
    expect(wrapped('a incomprehensibilities b', 10)).toBe('a\nincomprehensibilities\nb');
  });

  it('loses no word and is never too wide', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,10}$/), { minLength: 1 }),
        fc.integer({ min: 12, max: 60 }),
        (words, width) => {
          const text = wrapped(words.join(' '), width, '  ');
          expect(text.split(/\s+/).filter(Boolean)).toEqual(words);
          for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('keeps items together', () => {
    expect(wrappedItems(['one: a b', 'two: c d', 'three: e'], 24, '  ')).toBe('  one: a b · two: c d ·\n  three: e');
  });
});

it('columns are as wide as their widest cell, numbers to the right', () => {
  const rows = [
    ['CDN', '$5.25'],
    ['load balancer', '$16.43'],
  ];
  expect(columns([{ heading: '' }, { heading: 'a month', right: true }], rows, (_, text) => text)).toEqual([
    '                 a month',
    '  CDN              $5.25',
    '  load balancer   $16.43',
  ]);
});

it('a screen is used up to 100 columns, and never less than 40', () => {
  expect([widthOf(undefined), widthOf(0), widthOf(80), widthOf(300), widthOf(5)]).toEqual([100, 100, 80, 100, 40]);
});
