import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/**
 * A zip whose bytes depend on names and contents alone: entries in the order of
 * their names, one time and one mode for all.
 */
export async function stableZip(files: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    zip.addBuffer(Buffer.from(content), name, { mtime: epoch(), mode: 0o100644, forceDosTimestamp: true });
  zip.end();
  return buffer(zip.outputStream);
}

/** Zip's first day. DOS time is local time without a zone, so it is made of local parts. */
const epoch = () => new Date(1980, 0, 1);
