import fc from 'fast-check';
import { diff } from '../../../shared/targets/static/diff.ts';
import { decodeList, encodeList, type SourceFile } from '../../../shared/targets/static/files.ts';
import { rangesFor } from '../../../shared/targets/static/ranges.ts';

const entry = {
  path: '',
  crc: 0,
  size: 0,
  packed: 0,
  method: 8,
  encrypted: false,
  mode: 0,
  nameBytes: 0,
  start: 0,
  end: 0,
};
const file = fc.record({
  path: fc.constantFrom('a', 'b', 'c/d', 'c/e'),
  crc: fc.nat(2),
  size: fc.nat(1),
  area: fc.constantFrom('release' as const, 'shared' as const),
  entry: fc.constant(entry),
});
const release = fc.uniqueArray(file, { selector: ({ path }) => path });

describe('the difference of two releases', () => {
  it('puts each file into exactly one place', () => {
    fc.assert(
      fc.property(release, release, (files, before) => {
        const { upload, copy, kept, conflicts } = diff(files, before);
        expect(upload.length + copy.length + kept + conflicts.length).toBe(files.length);
      }),
    );
  });

  it('uploads everything when there was nothing, and nothing when all is as before', () => {
    fc.assert(
      fc.property(release, (files) => {
        expect(diff(files, []).upload).toEqual(files);
        expect(diff(files, files)).toMatchObject({ upload: [], conflicts: [] });
      }),
    );
  });

  it('copies only what was there with the same content, and never what is shared', () => {
    fc.assert(
      fc.property(release, release, (files, before) => {
        for (const { path, crc, size, area } of diff(files, before).copy) {
          expect(area).toBe('release');
          expect(before).toContainEqual({ path, crc, size, area, entry });
        }
      }),
    );
  });

  it('survives being stored as a list', () => {
    fc.assert(
      fc.property(release, (files) => {
        expect(decodeList(encodeList(files))).toEqual(files.map(({ entry: _, ...stored }) => stored));
      }),
    );
  });
});

describe('the ranges that are read', () => {
  const MB = 1024 * 1024;
  const layout = fc
    .array(fc.record({ packed: fc.nat(2 * MB), wanted: fc.boolean() }), { maxLength: 40 })
    .map((parts) => {
      let at = 0;
      return parts.flatMap(({ packed, wanted }): SourceFile[] => {
        const start = at;
        at += packed + 40;
        const one = { path: String(start), crc: 0, size: packed };
        return wanted ? [{ ...one, area: 'release', entry: { ...entry, ...one, packed, start, end: at } }] : [];
      });
    });

  it('hold each wanted entry once and whole, and are of bounded length unless one file is larger', () => {
    fc.assert(
      fc.property(layout, (files) => {
        const ranges = rangesFor(files);
        expect(ranges.flatMap((range) => range.files.map(({ path }) => path)).sort()).toEqual(
          files.map(({ path }) => path).sort(),
        );
        for (const range of ranges) {
          for (const one of range.files) {
            expect(one.entry.start).toBeGreaterThanOrEqual(range.start);
            expect(one.entry.end).toBeLessThanOrEqual(range.end);
          }
          if (range.files.length > 1) expect(range.end - range.start).toBeLessThanOrEqual(2 * MB);
        }
      }),
    );
  });

  it('are one for neighbours, several for what lies far apart', () => {
    const at = (start: number): SourceFile => ({
      path: `${start}`,
      crc: 0,
      size: 10,
      area: 'release',
      entry: { ...entry, size: 10, packed: 10, start, end: start + 50 },
    });
    expect(rangesFor([at(0), at(50), at(1000)])).toHaveLength(1);
    expect(rangesFor([at(0), at(MB)])).toHaveLength(2);
  });
});
