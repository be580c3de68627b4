import { appendFile, cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '../../local/example/load.ts';
import { pagesOf } from '../../local/example/static.ts';

/** An address that no release has: its own 404 page is right there, and nothing else. */
const NOWHERE = '/nowhere/';

/**
 * Makes a release of its own, `3-v1`, of a version of the static example: each
 * page ends with the release's name.
 * @param more is added to the manifest.
 */
export async function makeRelease(root: string, folder: string, name: string, more = ''): Promise<void> {
  const version = name.slice(name.indexOf('-') + 1);
  await cp(join(root, 'examples/static', version), join(folder, name), { recursive: true });
  const site = join(folder, name, 'site');
  for (const file of await readdir(site, { recursive: true }))
    if (file.endsWith('.html')) await appendFile(join(site, file), `<!-- release ${name} -->\n`);
  await appendFile(join(folder, name, 'pilot.yaml'), more);
}

/** All that viewers ask for: each address, in each manner, and one that is not there. */
export async function askedOf(folder: string, releases: string[]): Promise<Page[]> {
  const pages = pagesOf(folder, releases);
  const lost = await lostPage(folder, releases);
  return [...pages.flatMap((page): Page[] => [page, { ...page, how: 'again' }, { ...page, how: 'head' }]), lost];
}

/** Addresses whose text no two releases have in common. */
export const isUnlike = ({ versions }: Page): boolean =>
  new Set(Object.values(versions)).size === Object.keys(versions).length;

/** The page with what one release has there, as all viewers must find it once the swap is over. */
export const onlyIn =
  (release: string) =>
  (page: Page): Page => ({ ...page, versions: { [release]: page.versions[release] ?? '' } });

/** What one release's open tabs ask for: its files whose names carry their content's hash. */
export const hashedOf = (folder: string, release: string): Page[] =>
  pagesOf(folder, [release]).filter(({ path }) => path.startsWith('/assets/'));

async function lostPage(folder: string, releases: string[]): Promise<Page> {
  const texts = releases.map(async (name) => [name, await readFile(join(folder, name, 'site/404.html'), 'utf8')]);
  return { path: NOWHERE, versions: Object.fromEntries(await Promise.all(texts)), status: 404 };
}
