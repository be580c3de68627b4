import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBufferPromise } from 'yauzl';
import { contentOf, readArchive, withoutFolder } from '../../shared/building/archive.ts';
import { checkSource } from '../../shared/building/source-check.ts';
import { zipOf } from '../support/zip.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pilotage-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], { cwd: folder });

/** A zip as `git archive` makes it, and so most providers: with the commit at its end. */
function archived(files: Record<string, string>): { zip: Buffer; commit: string } {
  git('init', '--quiet');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
  }
  git('add', '.');
  git('commit', '--quiet', '-m', 'x');
  const commit = git('rev-parse', 'HEAD').toString().trim();
  git('archive', '--format=zip', '--prefix=acme-shop/', '--output=out.zip', 'HEAD');
  return { zip: readFileSync(join(folder, 'out.zip')), commit };
}

async function read(zip: Buffer): Promise<Record<string, { mode: number; crc: number }>> {
  const found: Record<string, { mode: number; crc: number }> = {};
  const opened = await fromBufferPromise(zip, { lazyEntries: true });
  for await (const entry of opened.eachEntry())
    found[entry.fileName] = { mode: entry.externalFileAttributes >>> 16, crc: entry.crc32 };
  return found;
}

describe('the zip of a commit', () => {
  const files = { 'run.sh': '#!/bin/sh\n', 'web/ä.html': '<h1>x</h1>'.repeat(500), empty: '' };

  it('loses its one folder, and nothing else', async () => {
    const { zip, commit } = archived(files);
    const archive = readArchive(zip);
    if (!archive) throw new Error('it was not read');
    expect(checkSource(archive, commit, 'github.com/acme/shop')).toEqual({ folder: 'acme-shop' });
    const moved = withoutFolder(archive, 'acme-shop');
    const [before, after] = [await read(zip), await read(moved)];
    const expected = Object.entries(before).filter(([path]) => path !== 'acme-shop/');
    expect(Object.entries(after)).toEqual(expected.map(([path, told]) => [path.slice('acme-shop/'.length), told]));
    writeFileSync(join(folder, 'moved.zip'), moved);
    execFileSync('python3', ['-m', 'zipfile', '-e', 'moved.zip', 'unpacked'], { cwd: folder });
    for (const [path, text] of Object.entries(files))
      expect(readFileSync(join(folder, 'unpacked', path), 'utf8')).toBe(text);
  });

  it('is refused where it is of another commit than was asked for', () => {
    const { zip } = archived(files);
    const archive = readArchive(zip);
    expect(archive && checkSource(archive, 'f'.repeat(40), 'github.com/acme/shop')).toMatchObject({
      code: 'SOURCE_OTHER_COMMIT',
    });
  });

  it('is not read where it is none', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('<html>'), archived(files).zip.subarray(0, -9)])
      expect(readArchive(bytes)).toBeUndefined();
  });
});

describe('a source', () => {
  const judged = async (files: Record<string, string>) => {
    const archive = readArchive(await zipOf(files));
    if (!archive) throw new Error('it was not read');
    return checkSource(archive, 'a'.repeat(40), 'github.com/acme/shop');
  };

  it.each([
    ['SUBMODULES', { 'top/.gitmodules': '[submodule "a"]\n' }],
    ['GIT_LFS', { 'top/img/.gitattributes': '# pictures\n*.png filter=lfs -text\n' }],
    ['SOURCE_UNREADABLE', { 'top/a': '1', 'other/b': '2' }],
    ['SOURCE_UNREADABLE', {}],
  ])('is refused as %s', async (code, files) => {
    expect(await judged(files as Record<string, string>)).toMatchObject({ code, expected: expect.any(String) });
  });

  it('is taken with attributes that fetch nothing, and with a file of that name elsewhere', async () => {
    const files = { 'top/.gitattributes': '*.sh text eol=lf\n# *.png filter=lfs\n', 'top/docs/.gitmodules': 'x' };
    expect(await judged(files)).toEqual({ folder: 'top' });
    const [entry] = readArchive(await zipOf(files))?.entries ?? [];
    expect(entry && contentOf(entry).toString()).toContain('eol=lf');
  });
});
