import { nameKind } from './hashed-name.ts';

/**
 * Finds the folders of a built site whose files never change under one name,
 * because a build tool puts a hash of the content into each: Vite's `assets/`,
 * Next.js' `_next/static/`, Astro's `_astro/`, SvelteKit's `_app/immutable/`,
 * Nuxt's `_nuxt/`, `static/` of Create React App, and any like them.
 *
 * Caution first: where a plain name is among them, the folder is not taken (its
 * subfolders may be), and pages never are. A folder that is missed costs some
 * copies within S3; one that is wrongly taken makes a later deployment refuse.
 */
export function immutablePrefixes(paths: string[]): string[] {
  const found = immutableFolders(tree(paths), '');
  const chosen: string[] = [];
  let length = 0;
  for (const { prefix } of found.toSorted((a, b) => b.files - a.files)) {
    length += prefix.length;
    if (chosen.length < MOST_PREFIXES && length <= MOST_LENGTH) chosen.push(prefix);
  }
  return chosen.sort();
}

/** The pointer that holds the prefixes is small. */
const MOST_PREFIXES = 6;
const MOST_LENGTH = 200;

/** Where build tools put hashed names: here, a hash that could be a word does not count against the folder. */
const KNOWN = /^(assets|static|_next\/static|_astro|_app\/immutable|_nuxt|build\/_assets|dist|js|css|media)(\/|$)/;

/** Share of a known folder's names that must be hashed beyond doubt. */
const BEYOND_DOUBT = 2 / 3;
/** Of so many random hashes, one may look like a word. */
const ONE_WORD_IN = 100;
/** In a folder that no build tool is known for, fewer may be chance. */
const FEWEST_UNKNOWN = 3;

interface Folder {
  folders: Map<string, Folder>;
  files: number;
  hashed: number;
  plain: number;
  pages: number;
}

const empty = (): Folder => ({ folders: new Map(), files: 0, hashed: 0, plain: 0, pages: 0 });

/** Counts for each folder what lies in it and below. */
function tree(paths: string[]): Folder {
  const root = empty();
  for (const path of paths) {
    const kind = nameKind(path);
    let folder = root;
    for (const name of path.split('/').slice(0, -1)) {
      count(folder, kind);
      const next = folder.folders.get(name) ?? empty();
      folder.folders.set(name, next);
      folder = next;
    }
    count(folder, kind);
  }
  return root;
}

function count(folder: Folder, kind: ReturnType<typeof nameKind>): void {
  folder.files += 1;
  if (kind === 'hashed') folder.hashed += 1;
  if (kind === 'plain') folder.plain += 1;
  if (kind === 'page') folder.pages += 1;
}

function immutableFolders(folder: Folder, prefix: string): { prefix: string; files: number }[] {
  if (prefix && isImmutable(folder, prefix)) return [{ prefix, files: folder.files }];
  return [...folder.folders].flatMap(([name, below]) => immutableFolders(below, `${prefix}${name}/`));
}

function isImmutable({ files, hashed, plain, pages }: Folder, prefix: string): boolean {
  if (pages > 0) return false;
  if (!KNOWN.test(prefix)) return hashed === files && files >= FEWEST_UNKNOWN;
  return plain <= Math.floor(files / ONE_WORD_IN) && hashed >= files * BEYOND_DOUBT;
}
