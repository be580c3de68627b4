import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Problem } from '../../shared/errors.ts';
import { shown } from '../manifest-file.ts';
import { typed } from './typed.ts';

/** That there is a manifest, which stays as it is. */
export const exists = (file: string, cwd: string): Problem => ({
  code: 'FILE_EXISTS',
  message: 'there is one already; it is left as it is',
  place: { file: shown(file, cwd) },
  hint: `check it: pilot validate ${typed(shown(file, cwd))}`,
});

/**
 * Writes a file, and the folders that it lies in.
 * @param flag `wx`: never over another file, nor through a link, even one put there a moment ago.
 * @returns why it could not be.
 */
export async function put(file: string, text: string, cwd: string, flag: 'w' | 'wx'): Promise<Problem | undefined> {
  try {
    await mkdir(dirname(file), { recursive: true });
  } catch (error) {
    return unwritable(dirname(file), cwd, error);
  }
  try {
    await writeFile(file, text, { flag });
  } catch (error) {
    return Object(error).code === 'EEXIST' ? exists(file, cwd) : unwritable(file, cwd, error);
  }
  return undefined;
}

const unwritable = (file: string, cwd: string, error: unknown): Problem => ({
  code: 'FILE_UNWRITABLE',
  message: `it cannot be written (${String(Object(error).code)})`,
  place: { file: shown(file, cwd) },
  hint: 'name a folder that you may write to: pilot init FOLDER',
});
