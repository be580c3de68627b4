import type { Entry } from '../artifact/directory.ts';
import { NOT_FOUND_COPY } from './layout.ts';

/** `shared`: under an immutable prefix, kept once for all releases. `release`: the release's own. */
export type Area = 'release' | 'shared';

/** One file of a site as it will be stored. */
export interface SiteFile {
  path: string;
  /** CRC-32 of the content. */
  crc: number;
  /** Bytes of the content. */
  size: number;
  area: Area;
}

/** A file with the place in the artifact that its content comes from. */
export type SourceFile = SiteFile & { entry: Entry };

/** What a release of these entries consists of: each entry in its area, and the 404 page's copy. */
export function siteFiles(entries: Entry[], immutable: string[], notFound?: string): SourceFile[] {
  const files = entries.map((entry): SourceFile => {
    const area = immutable.some((prefix) => entry.path.startsWith(prefix)) ? 'shared' : 'release';
    return { path: entry.path, crc: entry.crc, size: entry.size, area, entry };
  });
  const page = files.find(({ path }) => path === notFound);
  return page ? [...files, { ...page, path: NOT_FOUND_COPY, area: 'release' }] : files;
}

/** A release's stored list; short rows, since a site may have 50,000 files. */
export function encodeList(files: SiteFile[]): string {
  const rows = files.map(({ path, crc, size, area }) => [path, crc, size, area === 'shared' ? 1 : 0]);
  return JSON.stringify({ files: rows });
}

type Row = [path: string, crc: number, size: number, shared: 0 | 1];

/** @throws when the text is not what `encodeList` wrote: nobody else writes there. */
export function decodeList(text: string): SiteFile[] {
  const { files } = JSON.parse(text) as { files: Row[] };
  return files.map(([path, crc, size, shared]) => ({ path, crc, size, area: shared ? 'shared' : 'release' }));
}
