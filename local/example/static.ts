import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Page } from './load.ts';

/** Addresses that a version has and the other may not. */
interface Version {
  name: string;
  pages: Map<string, string>;
}

const TEXT = /\.(html|css|js|svg|txt)$/;

/**
 * The pages to ask for while the example's versions follow each other: those
 * that every version has, with what each has there. So an answer that is a
 * mixture, or cut short, is told from one that is right.
 */
export function pagesOf(folder: string, versions: string[]): Page[] {
  const known = versions.map((name) => readVersion(name, join(folder, name, 'site')));
  const [first] = known;
  return [...(first?.pages.keys() ?? [])]
    .filter((path) => known.every(({ pages }) => pages.has(path)))
    .map((path) => ({
      path,
      versions: Object.fromEntries(known.map(({ name, pages }) => [name, pages.get(path) ?? ''])),
    }));
}

/** Addresses that a version has, for asking later whether an old page would still find its files. */
export const pathsOf = (folder: string, version: string): Page[] =>
  [...readVersion(version, join(folder, version, 'site')).pages].map(([path, text]) => ({
    path,
    versions: { [version]: text },
  }));

function readVersion(name: string, site: string): Version {
  const files = readdirSync(site, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && TEXT.test(entry.name) && entry.name !== '404.html',
  );
  const pages = files.map((entry): [string, string] => {
    const file = join(entry.parentPath, entry.name);
    return [addressOf(relative(site, file).split(sep).join('/')), readFileSync(file, 'utf8')];
  });
  return { name, pages: new Map(pages) };
}

/** `about/index.html` is asked for as `/about/`. */
const addressOf = (path: string): string => `/${path.replace(/(^|\/)index\.html$/, '$1')}`;
