import { appendFile, cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pagesOf } from '../../local/example/static.ts';
import type { Page } from '../../local/example/load.ts';

/** An address that no release has: its own 404 page is right there, and nothing else. */
const NOWHERE = '/nowhere/';

/**
 * Copies a version of the static example as a release of its own: each of its
 * pages ends with the release's name.
 * @param more is added to the manifest.
 * @returns the release's name, which is its folder's in `folder`.
 */
export async function makeRelease(
  root: string,
  folder: string,
  version: string,
  number: number,
  more = '',
): Promise<string> {
  const name = `${number}-${version}`;
  await cp(join(root, 'examples/static', version), join(folder, name), { recursive: true });
  const site = join(folder, name, 'site');
  for (const file of await readdir(site, { recursive: true }))
    if (file.endsWith('.html')) await appendFile(join(site, file), `<!-- release ${name} -->\n`);
  await appendFile(join(folder, name, 'pilot.yaml'), more);
  return name;
}

/** All that viewers ask for: each address, in each manner, and one that is not there. */
export async function askedOf(folder: string, releases: string[]): Promise<Page[]> {
  const pages = pagesOf(folder, releases);
  const lost = await lostPage(folder, releases);
  return pages.flatMap((page): Page[] => [page, lost, { ...page, how: 'again' }, { ...page, how: 'head' }]);
}

/** Addresses whose text no two releases have in common. */
export const isUnlike = ({ versions }: Page): boolean =>
  new Set(Object.values(versions)).size === Object.keys(versions).length;

/** What one release's open tabs ask for: its files whose names carry their content's hash. */
export const hashedOf = (folder: string, release: string): Page[] =>
  pagesOf(folder, [release]).filter(({ path }) => path.startsWith('/assets/'));

async function lostPage(folder: string, releases: string[]): Promise<Page> {
  const texts = releases.map(async (name) => [name, await readFile(join(folder, name, 'site/404.html'), 'utf8')]);
  return { path: NOWHERE, versions: Object.fromEntries(await Promise.all(texts)), status: 404 };
}
