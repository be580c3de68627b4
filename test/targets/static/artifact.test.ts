import fc from 'fast-check';
import { staticTarget } from '../../../shared/targets/static/static.ts';
import { zipOf } from '../../support/zip.ts';
import { type RawEntry, rawZip } from './raw-zip.ts';
import { openWorld, SITES, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => world.s3.forget());

const index: RawEntry = { name: 'index.html' };
const withIndex = (...entries: RawEntry[]) => rawZip([index, ...entries]);
const codes = async (zip: Uint8Array, site = {}) => {
  const planned = await staticTarget.plan(world.request('acme', zip, site));
  return 'outcome' in planned ? planned.problems.map(({ code }) => code) : [];
};
const zeros = (size: number) => Buffer.alloc(size);
const LINK = 0o120777;

describe('an artifact', () => {
  it.each<[what: string, zip: () => Uint8Array, codes: string[]]>([
    ['of no bytes', () => Buffer.alloc(0), ['ARTIFACT_NOT_A_ZIP']],
    ['of text', () => Buffer.from('<html>'.repeat(100)), ['ARTIFACT_NOT_A_ZIP']],
    ['that is cut short', () => withIndex().subarray(0, -30), ['ARTIFACT_NOT_A_ZIP']],
    ['whose directory lies beyond its end', () => rawZip([index], { directory: 1e6 }), ['ARTIFACT_NOT_A_ZIP']],
    ['without files', () => rawZip([]), ['ARTIFACT_EMPTY']],
    ['with folders only', () => rawZip([{ name: 'a/', content: '', method: 0 }]), ['ARTIFACT_EMPTY']],
    ['that climbs', () => withIndex({ name: '../../etc/passwd' }), ['ARTIFACT_NAME_RELATIVE']],
    ['that climbs within', () => withIndex({ name: 'a/../../b' }), ['ARTIFACT_NAME_RELATIVE']],
    ['with a dot part', () => withIndex({ name: './a' }), ['ARTIFACT_NAME_RELATIVE']],
    ['with an absolute name', () => withIndex({ name: '/etc/passwd' }), ['ARTIFACT_NAME_ABSOLUTE']],
    ['with a drive letter', () => withIndex({ name: 'C:/windows' }), ['ARTIFACT_NAME_ABSOLUTE']],
    ['with a backslash', () => withIndex({ name: 'a\\..\\b' }), ['ARTIFACT_NAME_BACKSLASH']],
    ['with an empty part', () => withIndex({ name: 'a//b' }), ['ARTIFACT_NAME_EMPTY']],
    ['with a NUL', () => withIndex({ name: 'a\0.html' }), ['ARTIFACT_NAME_CONTROL']],
    ['with a line end', () => withIndex({ name: 'a\nb' }), ['ARTIFACT_NAME_CONTROL']],
    ['with broken UTF-8', () => withIndex({ name: Buffer.from([0x61, 0xff, 0xfe]) }), ['ARTIFACT_NAME_ENCODING']],
    ['with a name too long', () => withIndex({ name: 'é'.repeat(451) }), ['ARTIFACT_NAME_LONG']],
    ['in our own folder', () => withIndex({ name: '.pilotage/404.html' }), ['ARTIFACT_NAME_RESERVED']],
    ['with a link', () => withIndex({ name: 'link', mode: LINK }), ['ARTIFACT_SPECIAL_FILE']],
    ['with a linked folder', () => withIndex({ name: 'link/', mode: LINK }), ['ARTIFACT_SPECIAL_FILE']],
    ['with a device', () => withIndex({ name: 'tty', mode: 0o020666 }), ['ARTIFACT_SPECIAL_FILE']],
    ['with a password', () => withIndex({ name: 'secret', flags: 0x801 }), ['ARTIFACT_ENCRYPTED']],
    ['packed by another method', () => withIndex({ name: 'a', method: 12 }), ['ARTIFACT_METHOD']],
    ['stored with two sizes', () => withIndex({ name: 'a', method: 0, size: 9 }), ['ARTIFACT_SIZE_MISMATCH']],
    ['with a name twice', () => withIndex({ name: 'a' }, { name: 'a' }), ['ARTIFACT_NAME_TWICE']],
    [
      'with one accent written in two ways',
      () => withIndex({ name: 'é' }, { name: 'e\u0301' }),
      ['ARTIFACT_NAME_TWICE'],
    ],
    [
      'with a file too large',
      () => withIndex({ name: 'a', size: 2 ** 30 + 1, packed: 2 ** 29 }),
      ['ARTIFACT_FILE_TOO_LARGE', 'ARTIFACT_OVERLAP'],
    ],
    ['that is a bomb', () => withIndex({ name: 'a', content: zeros(2 ** 21) }), ['ARTIFACT_RATIO', 'ARTIFACT_RATIO']],
    [
      'that is a bomb of small files',
      () => withIndex(...Array.from({ length: 6 }, (_, i) => ({ name: `${i}`, content: zeros(2 ** 20) }))),
      ['ARTIFACT_RATIO'],
    ],
    [
      'with two entries on the same bytes',
      () => withIndex({ name: 'a' }, { name: 'b', offset: 0 }),
      ['ARTIFACT_OVERLAP'],
    ],
    ['without the index page', () => rawZip([{ name: 'a' }]), ['ARTIFACT_INDEX_MISSING']],
  ])('%s is refused', async (_, zip, expected) => {
    expect(await codes(zip())).toEqual(expected);
  });

  it('of 100,000 files is refused, also when the zip counts them modulo 65,536', async () => {
    const many = Array.from({ length: 100_000 }, (_, i) => ({ name: `${i}`, content: '', method: 0 }));
    expect(await codes(rawZip(many))).toEqual(['ARTIFACT_TOO_MANY_FILES']);
  });

  it('without the named 404 page is refused', async () => {
    expect(await codes(withIndex(), { notFound: '404.html' })).toEqual(['ARTIFACT_NOT_FOUND_PAGE_MISSING']);
  });

  it('that does not exist is refused, with its place', async () => {
    const request = world.request('acme', withIndex());
    request.manifest.source.artifact = 'none.zip';
    expect(await staticTarget.plan(request)).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'ARTIFACT_MISSING', place: { file: 's3://uploads/pilots/acme/none.zip' } }],
    });
  });

  it('shows all problems at once, but no more than twenty and their number', async () => {
    const bad = Array.from({ length: 30 }, (_, i) => ({ name: `../${i}` }));
    const found = await codes(rawZip(bad));
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toBe('ARTIFACT_MORE_PROBLEMS');
  });

  it('escapes what it shows of a name', async () => {
    const planned = await staticTarget.plan(world.request('acme', withIndex({ name: '\u001b[2J' })));
    expect(JSON.stringify(planned)).not.toContain('\u001b');
    expect(planned).toMatchObject({ problems: [{ message: '"\\u001b[2J" has a control character in its name' }] });
  });

  it('that holds all in one folder is refused with a hint', async () => {
    const planned = await staticTarget.plan(world.request('acme', rawZip([{ name: 'dist/index.html' }])));
    expect(planned).toMatchObject({ problems: [{ hint: expect.stringContaining('dist/index.html among it') }] });
  });

  it.each([
    ['as UTF-8 that is told', 0x800, Buffer.from('é.html')],
    ['as UTF-8 that is not told', 0, Buffer.from('é.html')],
    ['in the code page of DOS', 0, Buffer.from([0x82, ...Buffer.from('.html')])],
  ])('may write names %s', async (_, flags, name) => {
    const site = { notFound: 'é.html' };
    expect(await codes(withIndex({ name, flags }), site)).toEqual([]);
  });

  it('may have what macOS leaves in zips; it is not published', async () => {
    const planned = await staticTarget.plan(
      world.request(
        'acme',
        withIndex({ name: '__MACOSX/._index.html' }, { name: 'a/.DS_Store' }, { name: 'a/', content: '', method: 0 }),
      ),
    );
    expect(planned).toMatchObject({ summary: { files: 1 } });
  });

  it('is judged by one request, and nothing is stored', async () => {
    await codes(withIndex());
    expect(world.s3.counts()).toEqual({ GET: 1 });
    expect([...world.s3.objects.keys()].some((key) => key.startsWith(SITES))).toBe(false);
  });

  it('with a directory longer than what is read at first costs one request more', async () => {
    const names = Array.from({ length: 2000 }, (_, i) => ({ name: `${'long-'.repeat(60)}${i}`, content: `${i}` }));
    expect(await codes(withIndex(...names))).toEqual([]);
    expect(world.s3.counts()).toEqual({ GET: 2 });
  });

  it('whose bytes are any bytes is refused or planned, never a fault', async () => {
    const whole = await zipOf({ 'index.html': 'hello', 'a/b.js': 'x'.repeat(100) });
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const zip = Buffer.from(whole);
        for (const [at, byte] of changes) zip[at] = byte;
        expect(await codes(zip)).toEqual(expect.any(Array));
      }),
      { numRuns: 200 },
    );
  });
});
