import { crc32 } from 'node:zlib';
import { putObject } from '../../aws/object-writes.ts';
import { readObject } from '../../aws/objects.ts';
import { decodeList, encodeList, type SiteFile } from './files.ts';
import { listKey } from './layout.ts';

/** 50,000 files with the longest names stay below it. */
const LIST_LIMIT = 64 * 1024 * 1024;

/** A release's stored list of files, or undefined when the release is not (or no longer) complete. */
export async function readList(bucket: string, site: string, release: string): Promise<SiteFile[] | undefined> {
  const bytes = await readObject({ bucket, key: listKey(site, release) }, LIST_LIMIT);
  return bytes && decodeList(Buffer.from(bytes).toString());
}

export async function writeList(bucket: string, site: string, release: string, files: SiteFile[]): Promise<void> {
  const body = Buffer.from(encodeList(files));
  await putObject(bucket, {
    key: listKey(site, release),
    size: body.length,
    crc: crc32(body),
    type: 'application/json',
    cacheControl: 'no-store',
    content: () => body,
  });
}
