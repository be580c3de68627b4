import { pipeline, Readable } from 'node:stream';
import { constants, crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { type PinnedObject, readRange } from '../../aws/objects.ts';
import type { Entry } from '../artifact/directory.ts';

/** The artifact is not what its directory says, or no longer there: trying again would not help. */
export class ArtifactFault extends Error {
  readonly code: 'ARTIFACT_CORRUPT' | 'ARTIFACT_GONE';

  constructor(code: ArtifactFault['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const corrupt = ({ path }: Entry, what: string) => new ArtifactFault('ARTIFACT_CORRUPT', `${path}: ${what}`);

/** Opens a stretch of the artifact. */
export async function openRange(pin: PinnedObject, start: number, end: number): Promise<AsyncIterable<Uint8Array>> {
  const bytes = await readRange(pin, start, end);
  if (bytes) return bytes;
  throw new ArtifactFault('ARTIFACT_GONE', `s3://${pin.bucket}/${pin.key} is no longer what was planned`);
}

/** The content of an entry that lies within `bytes`, which begin at `offset` of the zip. */
export function contentOf(entry: Entry, bytes: Buffer, offset: number): Uint8Array {
  const local = bytes.subarray(entry.start - offset);
  const from = dataStart(entry, local);
  const packed = local.subarray(from, from + entry.packed);
  const content = entry.method === 0 ? packed : inflateAll(entry, packed);
  if (content.length !== entry.size || crc32(content) !== entry.crc) throw corrupt(entry, 'its content is damaged');
  return content;
}

function inflateAll(entry: Entry, packed: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(packed, {
      maxOutputLength: Math.max(entry.size, 1),
      chunkSize: Math.max(entry.size + 1, 64),
      finishFlush: constants.Z_SYNC_FLUSH,
    });
  } catch (error) {
    throw corrupt(entry, (error as Error).message);
  }
}

const HEADER = 30;

/** Where an entry's data begins after its local header. */
function dataStart(entry: Entry, local: Buffer): number {
  if (local.length < HEADER || local.readUInt32LE(0) !== 0x04034b50) throw corrupt(entry, 'it has no local header');
  const start = HEADER + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (entry.start + start + entry.packed > entry.end) throw corrupt(entry, 'it overlaps its neighbour');
  return start;
}

/** The content of a large entry, piece by piece. */
export async function* streamOf(pin: PinnedObject, entry: Entry, end: number): AsyncGenerator<Uint8Array> {
  let crc = 0;
  let size = 0;
  for await (const chunk of unpacked(pin, entry, end)) {
    crc = crc32(chunk, crc);
    size += chunk.length;
    if (size > entry.size) throw corrupt(entry, 'it is longer than the directory says');
    yield chunk;
  }
  if (size !== entry.size || crc !== entry.crc) throw corrupt(entry, 'its content is damaged');
}

function unpacked(pin: PinnedObject, entry: Entry, end: number): AsyncIterable<Uint8Array> {
  const source = packedBytes(pin, entry, end);
  if (entry.method === 0) return source;
  // What goes wrong is thrown to whoever reads.
  return pipeline(Readable.from(source, { objectMode: false }), createInflateRaw(), () => {});
}

async function* packedBytes(pin: PinnedObject, entry: Entry, end: number): AsyncGenerator<Uint8Array> {
  let head: Buffer = Buffer.alloc(0);
  let left: number | undefined;
  for await (const chunk of await openRange(pin, entry.start, end)) {
    let data = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (left === undefined) {
      head = Buffer.concat([head, data]);
      if (head.length < Math.min(HEADER + 2 * 0xffff, end - entry.start)) continue;
      data = head.subarray(dataStart(entry, head));
      left = entry.packed;
    }
    if (left > 0) yield data.subarray(0, left);
    left -= Math.min(left, data.length);
  }
  if (left !== 0) throw corrupt(entry, 'the zip ends within it');
}
