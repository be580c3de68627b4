import type { Entry } from '../artifact/directory.ts';
import { type Flaw, MAX_FILE, MAX_FILES, MAX_RATIO, MAX_TOTAL, RATIO_MATTERS_FROM } from '../artifact/limits.ts';
import { nameFlaws, shown } from './check-name.ts';

/** The pages that the manifest names. */
export interface Pages {
  index: string;
  notFound?: string;
}

/**
 * All that is wrong with an artifact, judged by its directory alone, and the
 * entries that are files to publish.
 */
export function checkEntries(all: Entry[], pages: Pages): { files: Entry[]; flaws: Flaw[] } {
  const files = all.filter(({ path }) => !isFolder(path) && !isLitter(path));
  const flaws = [
    ...all.flatMap(entryFlaws),
    ...duplicates(files),
    ...overlaps(all),
    ...totals(files),
    ...missingPages(files, pages),
  ];
  return { files, flaws };
}

const MOST_TOLD = 20;

/** Twenty are enough to see what is wrong; the rest is counted. */
export function capped(flaws: Flaw[]): Flaw[] {
  const more = flaws.length - MOST_TOLD;
  if (more <= 0) return flaws;
  const last: Flaw = { code: 'ARTIFACT_MORE_PROBLEMS', message: `and ${more} more` };
  return [...flaws.slice(0, MOST_TOLD), last];
}

const isFolder = (path: string) => path.endsWith('/');

/** What macOS leaves in zips. */
const isLitter = (path: string) => path.startsWith('__MACOSX/') || /(^|\/)\.DS_Store$/.test(path);

function entryFlaws(entry: Entry): Flaw[] {
  const flaws = isLitter(entry.path) ? [] : nameFlaws(entry.path);
  if (!isPlain(entry)) flaws.push(flaw('ARTIFACT_SPECIAL_FILE', entry, 'is a link or a special file', 'plain files'));
  if (isFolder(entry.path)) return flaws;

  if (entry.encrypted) flaws.push(flaw('ARTIFACT_ENCRYPTED', entry, 'is encrypted', 'a zip without a password'));
  if (entry.method !== 0 && entry.method !== 8) {
    flaws.push(flaw('ARTIFACT_METHOD', entry, `is packed by method ${entry.method}`, 'stored or deflated entries'));
  }
  if (entry.method === 0 && !entry.encrypted && entry.packed !== entry.size) {
    flaws.push(flaw('ARTIFACT_SIZE_MISMATCH', entry, 'is stored with another size than it tells'));
  }
  if (entry.size > MAX_FILE) {
    flaws.push(flaw('ARTIFACT_FILE_TOO_LARGE', entry, `has ${entry.size} bytes`, `at most ${MAX_FILE}`));
  }
  if (entry.size > RATIO_MATTERS_FROM && entry.size > entry.packed * MAX_RATIO) {
    flaws.push(flaw('ARTIFACT_RATIO', entry, `unpacks to ${ratio(entry)} times its bytes`, `at most ${MAX_RATIO}`));
  }
  return flaws;
}

const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;

function isPlain({ mode, path }: Entry): boolean {
  const type = mode & FILE_TYPE;
  return type === 0 || type === (isFolder(path) ? FOLDER : REGULAR);
}

/** The same name twice, also where only the way of writing an accent differs: people see one name. */
function duplicates(files: Entry[]): Flaw[] {
  const seen = new Set<string>();
  return files.flatMap((entry) => {
    const name = entry.path.normalize('NFC');
    if (seen.has(name)) return [flaw('ARTIFACT_NAME_TWICE', entry, 'is in the zip twice', 'each name once')];
    seen.add(name);
    return [];
  });
}

const LOCAL_HEADER = 30;

/** Entries that share bytes are how a small zip unpacks to petabytes. */
function overlaps(all: Entry[]): Flaw[] {
  return all
    .filter(({ start, end, packed, nameBytes }) => start + LOCAL_HEADER + nameBytes + packed > end)
    .map((entry) => flaw('ARTIFACT_OVERLAP', entry, 'overlaps another entry or the zip’s directory'));
}

function totals(files: Entry[]): Flaw[] {
  const size = files.reduce((sum, entry) => sum + entry.size, 0);
  const packed = files.reduce((sum, entry) => sum + entry.packed, 0);
  const flaws: Flaw[] = [];
  if (files.length === 0) {
    flaws.push({ code: 'ARTIFACT_EMPTY', message: 'the zip holds no files', expected: 'the files of the built site' });
  }
  if (files.length > MAX_FILES) {
    const message = `the zip holds ${files.length} files`;
    flaws.push({ code: 'ARTIFACT_TOO_MANY_FILES', message, expected: `at most ${MAX_FILES}` });
  }
  if (size > MAX_TOTAL) {
    const message = `the zip unpacks to ${size} bytes`;
    flaws.push({ code: 'ARTIFACT_TOO_LARGE', message, expected: `at most ${MAX_TOTAL}` });
  }
  if (size > RATIO_MATTERS_FROM && size > packed * MAX_RATIO) {
    const message = `the zip unpacks to ${ratio({ size, packed })} times its bytes`;
    flaws.push({ code: 'ARTIFACT_RATIO', message, expected: `at most ${MAX_RATIO}` });
  }
  return flaws;
}

function missingPages(files: Entry[], { index, notFound }: Pages): Flaw[] {
  if (files.length === 0) return [];
  const paths = new Set(files.map(({ path }) => path));
  const flaws: Flaw[] = [];
  if (!paths.has(index)) {
    const code = 'ARTIFACT_INDEX_MISSING';
    const message = `the page that static.index names, ${shown(index)}, is not in the zip`;
    flaws.push({ code, message, expected: `${index} at the top of the zip`, ...topFolderHint(paths, index) });
  }
  if (notFound !== undefined && !paths.has(notFound)) {
    const message = `the page that static.notFound names, ${shown(notFound)}, is not in the zip`;
    flaws.push({ code: 'ARTIFACT_NOT_FOUND_PAGE_MISSING', message, expected: `${notFound} in the zip` });
  }
  return flaws;
}

function topFolderHint(paths: Set<string>, index: string): { hint?: string } {
  const [first = ''] = paths;
  const folder = first.slice(0, first.indexOf('/') + 1);
  if (!folder || ![...paths].every((path) => path.startsWith(folder))) return {};
  const found = paths.has(folder + index) ? `, ${folder}${index} among it` : '';
  return { hint: `everything in the zip lies in ${folder}${found}: zip the content of that folder, not the folder` };
}

const ratio = ({ size, packed }: { size: number; packed: number }) => Math.round(size / Math.max(packed, 1));

function flaw(code: string, { path }: Entry, what: string, expected?: string): Flaw {
  return { code, message: `${shown(path)} ${what}`, ...(expected && { expected }) };
}
