import fc from 'fast-check';
import type { Pointer } from '../../../shared/targets/static/pointer.ts';
import { decodePointer, encodePointer, POINTER_LIMIT } from '../../../shared/targets/static/pointer.ts';

const live = {
  release: '0123456789abcdef0123',
  immutable: ['assets/'],
  cleanUrls: 'directory',
  index: 'index.html',
} as const;
const pointer: Pointer = { fence: 7, live: { ...live, immutable: ['assets/'] } };
const text = '{"f":7,"l":{"r":"0123456789abcdef0123","i":["assets/"],"c":"d","x":"index.html"}}';

const name = fc.stringMatching(/^[a-z0-9_.-]{1,24}$/);
const arm = fc.record(
  {
    release: fc.stringMatching(/^[0-9a-f]{20}$/),
    immutable: fc.array(name, { maxLength: 4 }),
    cleanUrls: fc.constantFrom('directory' as const, 'html' as const, 'off' as const),
    index: name,
    notFound: name,
  },
  { requiredKeys: ['release', 'immutable', 'cleanUrls', 'index'] },
);
const weight = fc.integer({ min: 1, max: 99 });
const next = fc.tuple(arm, weight).map(([one, percent]) => ({ ...one, weight: percent }));
const pointers: fc.Arbitrary<Pointer> = fc.record(
  { fence: fc.nat(), live: arm, next },
  { requiredKeys: ['fence', 'live'] },
);

test('a pointer is written with the letters that the edge reads', () => {
  expect(encodePointer(pointer)).toBe(text);
});

test('whatever is written reads back the same', () => {
  fc.assert(
    fc.property(pointers, (one) => {
      const written = encodePointer(one);
      expect(typeof written === 'string' && decodePointer(written)).toEqual(one);
    }),
  );
});

test('a pointer of exactly the limit is written, one byte more is refused by name', () => {
  const room = POINTER_LIMIT - Buffer.byteLength(text.replace('assets/', ''));
  const withPrefix = (bytes: number): Pointer => ({ ...pointer, live: { ...live, immutable: ['a'.repeat(bytes)] } });
  expect(encodePointer(withPrefix(room))).toHaveLength(POINTER_LIMIT);
  expect(encodePointer(withPrefix(room + 1))).toMatchObject({ code: 'POINTER_TOO_LARGE' });
});

test('the limit counts bytes, not characters', () => {
  const wide: Pointer = { ...pointer, live: { ...live, immutable: ['é'.repeat(500)] } };
  expect(encodePointer(wide)).toMatchObject({ code: 'POINTER_TOO_LARGE' });
});

test('a field that a later version adds is passed over', () => {
  expect(decodePointer(text.replace('{"f"', '{"z":1,"f"').replace('"r"', '"q":[],"r"'))).toEqual(pointer);
});

test.each([
  ['no JSON', 'release-1'],
  ['no object', '[]'],
  ['no fence', text.replace('"f":7', '"f":"7"')],
  ['a negative fence', text.replace('"f":7', '"f":-1')],
  ['a next arm alone', text.replace('"l":', '"n":')],
  ['no release', text.replace('0123456789abcdef0123', '')],
  ['a release that names another folder', text.replace('0123456789abcdef0123', 'a/../b')],
  ['an empty prefix, which would match every path', text.replace('assets/', '')],
  ['a prefix with a leading slash, which would match none', text.replace('assets/', '/assets/')],
  ['unknown clean URLs', text.replace('"c":"d"', '"c":"z"')],
  ['no index', text.replace('"index.html"', 'null')],
  ['a next arm without weight', `${text.slice(0, -1)},"n":${text.slice(text.indexOf('{"r"'), -1)}}`],
])('%s is malformed', (_what, value) => {
  expect(decodePointer(value)).toMatchObject({ code: 'POINTER_MALFORMED' });
});

test.each([0, 100, -5, 101])('a next arm with weight %p is malformed: one arm would have all', (percent) => {
  const arm = text.slice(text.indexOf('{"r"'), -1);
  const value = `${text.slice(0, -1)},"n":${arm.replace('{', `{"w":${percent},`)}}`;
  expect(decodePointer(value)).toMatchObject({ code: 'POINTER_MALFORMED' });
});

test('an offline site keeps its fence and nothing else', () => {
  expect(encodePointer({ fence: 7 })).toBe('{"f":7}');
  expect(decodePointer('{"f":7}')).toEqual({ fence: 7 });
});
