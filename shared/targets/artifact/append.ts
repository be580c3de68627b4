import { crc32 } from 'node:zlib';
import { putObject } from '../../aws/object-writes.ts';
import { type PinnedObject, readRange, readTail } from '../../aws/objects.ts';
import { type Added, directoryIn, endOf, TAIL_BYTES } from './zip-end.ts';

interface Place {
  bucket: string;
  key: string;
}

/**
 * Copies a zip with more files in it. Its bytes pass through here twice, and are never all in memory: first for their
 * checksum, then on their way.
 * @returns why it cannot be done, in words; undefined when it is.
 */
export async function copyWith(from: Place, to: Place, added: readonly Added[]): Promise<string | undefined> {
  const found = await readTail(from, TAIL_BYTES);
  if (!found) return GONE;
  const { tail } = found;
  // Its state tells its ETag; reading versions by their ids would take another right.
  const pin: PinnedObject = { ...from, etag: found.pin.etag, size: found.pin.size };
  const directory = directoryIn(tail, pin.size);
  if (typeof directory === 'string') return directory;
  const { start, end, count } = directory;
  const listed = end > start ? await bytesOf(pin, start, end) : Buffer.alloc(0);
  if (!listed) return GONE;

  const last = endOf({ start, count, listed }, added);
  let crc = 0;
  for await (const chunk of await partsOf(pin, start, last)) crc = crc32(chunk, crc);
  await putObject(to.bucket, {
    key: to.key,
    size: start + last.length,
    crc,
    type: 'application/zip',
    cacheControl: 'no-store',
    content: () => partsOf(pin, start, last),
  });
  return undefined;
}

const GONE = 'it is gone, or was replaced while it was read';

async function bytesOf(pin: PinnedObject, start: number, end: number): Promise<Buffer | undefined> {
  const bytes = await readRange(pin, start, end);
  if (!bytes) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** All files as they are, then what comes after them. */
async function partsOf(pin: PinnedObject, start: number, last: Uint8Array): Promise<AsyncIterable<Uint8Array>> {
  const bytes = start > 0 ? await readRange(pin, 0, start) : [];
  if (!bytes) throw new Error(`${pin.key}: ${GONE}`);
  return followedBy(bytes, last);
}

async function* followedBy(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  last: Uint8Array,
): AsyncIterable<Uint8Array> {
  yield* bytes;
  yield last;
}
