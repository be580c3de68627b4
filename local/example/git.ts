import { execFile } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from './load.ts';
import { pagesOf } from './static.ts';

/** A site that is built of its repository: each push to it is deployed. */
export const gitExample = {
  /** Its folder in examples/. */
  name: 'git',
  /** Where it lies at the local git server. */
  repository: 'acme/site',
  pilot: 'acme-blog',
  first: 'The blog of Acme',
  /** What the second commit changes. */
  edit: { file: 'pages/index.txt', from: 'by hand', to: 'by hand twice', message: 'Say that it was edited' },
};

/** The text of a file with the edit in it. */
export const edited = (text: string): string => text.replace(gitExample.edit.from, gitExample.edit.to);

/**
 * What viewers may find before and after the edit, built here as the manifest’s command builds it there.
 * @param folder examples/git
 * @param scratch a folder for both, which is emptied
 */
export async function pagesOfBoth(folder: string, scratch: string): Promise<Page[]> {
  await rm(scratch, { recursive: true, force: true });
  for (const version of ['v1', 'v2']) {
    const copy = join(scratch, version);
    await cp(folder, copy, { recursive: true });
    const page = join(copy, gitExample.edit.file);
    if (version === 'v2') await writeFile(page, edited(await readFile(page, 'utf8')));
    await promisify(execFile)(process.execPath, ['build.js'], { cwd: copy });
  }
  return pagesOf(scratch, ['v1', 'v2']);
}
