import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import type { Problem } from '../shared/errors.ts';

/** What tools leave behind; it is no part of a pilot. */
const LEFT_OUT = new Set(['.DS_Store', 'Thumbs.db', '.git', '.hg', '.svn']);

/** The same everywhere, so that the same files always give the same zip. DOS times are local. */
const EPOCH = new Date(1980, 0, 1);
const MODE = 0o100644;

/**
 * Writes a folder's files into a zip: sorted, with fixed times and modes, one
 * file at a time through memory.
 * @returns how many files it holds, or why it is none.
 */
export async function zipFolder(folder: string, target: string): Promise<{ files: number } | Problem> {
  const files = await listFiles(folder, '');
  if (!Array.isArray(files)) return files;
  if (files.length === 0)
    return {
      code: 'ARTIFACT_EMPTY',
      message: 'the folder has no files',
      place: { file: folder },
      hint: 'build the pilot first',
    };

  const zip = new yazl.ZipFile();
  const failed = new Promise<never>((_, reject) => zip.on('error', reject));
  for (const name of files.sort(byCodeUnit))
    zip.addFile(join(folder, name), name, { mtime: EPOCH, mode: MODE, forceDosTimestamp: true });
  zip.end();
  await Promise.race([pipeline(zip.outputStream, createWriteStream(target)), failed]);
  return { files: files.length };
}

const byCodeUnit = (a: string, b: string) => (a < b ? -1 : 1);

/** Paths below a folder, with `/`; or the first thing in it that can be no part of a zip. */
async function listFiles(folder: string, below: string): Promise<string[] | Problem> {
  const files: string[] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    if (LEFT_OUT.has(entry.name)) continue;
    const path = below ? `${below}/${entry.name}` : entry.name;
    const inner = entry.isDirectory() ? await listFiles(folder, path) : entry.isFile() ? [path] : 'other';
    if (inner === 'other') return misfit(join(folder, path), entry.isSymbolicLink());
    if (!Array.isArray(inner)) return inner;
    if (entry.name.includes('\\')) return backslash(join(folder, path));
    for (const file of inner) files.push(file);
  }
  return files;
}

const misfit = (file: string, isLink: boolean): Problem => ({
  code: isLink ? 'ARTIFACT_SYMLINK' : 'ARTIFACT_SPECIAL_FILE',
  message: isLink ? 'it is a symbolic link, which is not followed' : 'it is neither a file nor a folder',
  expected: 'files and folders only',
  place: { file },
  hint: isLink ? 'put a copy of what it points to in its place' : 'remove it',
});

const backslash = (file: string): Problem => ({
  code: 'ARTIFACT_NAME',
  message: 'its name has a backslash, which zips take for a slash',
  place: { file },
  hint: 'rename it',
});
