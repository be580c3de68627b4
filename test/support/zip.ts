import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';

/** A zip file of these texts, by path. */
export async function zipOf(files: Record<string, string>): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [path, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), path, { mtime: new Date(0) });
  zip.end();
  return buffer(zip.outputStream as unknown as NodeJS.ReadableStream);
}
