import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Example } from './example.ts';
import type { Page } from './load.ts';

const VERSIONS = ['v1', 'v2'];
const TEXT = /\.(html|css|js|svg|txt)$/;

export const staticExample: Example = {
  name: 'static',
  pilot: 'acme-site',
  versions: VERSIONS,
  pages: async (folder) => pagesOf(folder, VERSIONS),
  kept: (folder) => hashedOf(folder, VERSIONS[0] ?? ''),
};

/**
 * The pages that every version has, with what each has there: so an answer that
 * is a mixture, or cut short, is told from one that is right.
 */
export function pagesOf(folder: string, versions: string[]): Page[] {
  const known = versions.map((name) => ({ name, texts: textsOf(join(folder, name, 'site')) }));
  const paths = [...(known[0]?.texts.keys() ?? [])].filter((path) => known.every(({ texts }) => texts.has(path)));
  return paths.map((path) => ({
    path,
    versions: Object.fromEntries(known.map(({ name, texts }) => [name, texts.get(path) ?? ''])),
  }));
}

/** Files of a version whose names carry their content's hash. */
const hashedOf = (folder: string, version: string): Page[] =>
  [...textsOf(join(folder, version, 'site'))]
    .filter(([path]) => path.startsWith('/assets/'))
    .map(([path, text]) => ({ path, versions: { [version]: text } }));

/** A site's texts by the address that they are asked for under: `about/index.html` is `/about/`. */
function textsOf(site: string): Map<string, string> {
  const files = readdirSync(site, { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((entry) => entry.isFile() && TEXT.test(entry.name) && entry.name !== '404.html')
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [addressOf(relative(site, file).split(sep).join('/')), readFileSync(file, 'utf8')]),
  );
}

const addressOf = (path: string): string => `/${path.replace(/(^|\/)index\.html$/, '$1')}`;
