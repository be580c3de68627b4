import fc from 'fast-check';
import { pick } from '../../build/prices/pick.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function picked(text: string, size: number, wanted: (path: readonly string[]) => boolean) {
  const found: [string, unknown][] = [];
  for await (const { path, value } of pick(inPieces(text, size), wanted)) found.push([path.join('/'), value]);
  return found;
}

describe('reading a document as it comes', () => {
  it('finds the same values wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.dictionary(fc.string(), fc.jsonValue())),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 1),
        async (document, size, spaces) => {
          const found = await picked(JSON.stringify(document, null, spaces), size, (path) => path.length === 1);
          expect(found).toEqual(Object.entries(JSON.parse(JSON.stringify(document))));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('passes over what is not wanted', async () => {
    const text = '{"a": [{"x": {"b": 1}}, "b"], "c": {"b": {"d": "e"}, "f": 1}, "b": "g"}';
    const wanted = (path: readonly string[]) => path.at(-1) === 'b';
    expect(await picked(text, 3, wanted)).toEqual([
      ['c/b', { d: 'e' }],
      ['b', 'g'],
    ]);
  });

  it.each(['', '{"a": {"b": 1}', '{"a": "b', '{'])('does not take %j for a whole document', async (text) => {
    await expect(picked(text, 2, () => false)).rejects.toThrow('ends in the middle');
  });
});
