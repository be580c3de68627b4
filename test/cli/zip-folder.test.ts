import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import yauzl from 'yauzl';
import { zipFolder } from '../../cli/zip-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zip-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content, { mode: name.length % 2 ? 0o600 : 0o755 });
  }
}

async function zipped(below: string): Promise<Buffer> {
  const target = join(folder, 'out.zip');
  const result = await zipFolder(join(folder, below), target);
  if ('code' in result) throw new Error(result.code);
  return readFileSync(target);
}

const names = (zip: Buffer) =>
  new Promise<string[]>((resolve, reject) => {
    yauzl.fromBuffer(zip, (error, file) => {
      if (error) return reject(error);
      const found: string[] = [];
      file.on('entry', (entry: yauzl.Entry) => found.push(entry.fileName)).on('end', () => resolve(found));
    });
  });

describe('a zipped folder', () => {
  it('is the same, byte for byte, for the same files however they were written', async () => {
    write({ 'a/b.css': 'b{}', 'a/index.html': 'hi', 'a/Z.txt': 'z', 'a/é.txt': 'e' });
    const first = await zipped('a');
    write({ 'b/é.txt': 'e', 'b/Z.txt': 'z', 'b/index.html': 'hi', 'b/b.css': 'b{}' });
    utimesSync(join(folder, 'b/Z.txt'), 1, 1);
    expect((await zipped('b')).equals(first)).toBe(true);
    expect(await names(first)).toEqual(['Z.txt', 'b.css', 'index.html', 'é.txt']);
  });

  it('is the same in every time zone', () => {
    write({ 'a/index.html': 'hi' });
    const hashes = ['UTC', 'Pacific/Auckland', 'America/New_York'].map((TZ) => {
      const code = `import { createHash } from 'node:crypto';
        import { readFileSync } from 'node:fs';
        import { zipFolder } from ${JSON.stringify(join(__dirname, '../../cli/zip-folder.ts'))};
        await zipFolder('a', 'tz.zip');
        console.log(createHash('sha256').update(readFileSync('tz.zip')).digest('hex'));`;
      const options = { cwd: folder, env: { ...process.env, TZ }, encoding: 'utf8' } as const;
      return spawnSync(process.execPath, ['--input-type=module', '-e', code], options).stdout.trim();
    });
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(hashes).size).toBe(1);
  });

  it('leaves out what tools leave behind, and keeps other names with a dot', async () => {
    write({
      'a/.DS_Store': '',
      'a/.git/HEAD': '',
      'a/x/.DS_Store': '',
      'a/.well-known/security.txt': 's',
      'a/i.html': '',
    });
    expect(await names(await zipped('a'))).toEqual(['.well-known/security.txt', 'i.html']);
  });

  it('never holds what lies behind a link, be it a file or a folder', async () => {
    write({ 'a/i.html': '', 'outside/secret': 's' });
    symlinkSync('../outside', join(folder, 'a/linked'));
    expect(await zipFolder(join(folder, 'a'), join(folder, 'out.zip'))).toMatchObject({
      code: 'ARTIFACT_SYMLINK',
      place: { file: join(folder, 'a/linked') },
    });
  });

  it('never waits for a pipe', async () => {
    write({ 'a/i.html': '' });
    spawnSync('mkfifo', [join(folder, 'a/pipe')]);
    expect(await zipFolder(join(folder, 'a'), join(folder, 'out.zip'))).toMatchObject({
      code: 'ARTIFACT_SPECIAL_FILE',
    });
  });
});
