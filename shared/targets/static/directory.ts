import { isUtf8 } from 'node:buffer';
import { fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader, type Entry as ZipEntry } from 'yauzl';
import { type PinnedObject, readRange } from '../../aws/objects.ts';
import { type Flaw, MAX_FILES } from './limits.ts';

/** One file in an artifact, as the zip's central directory tells. */
export interface Entry {
  path: string;
  crc: number;
  /** Bytes of the content. */
  size: number;
  /** Bytes in the zip. */
  packed: number;
  /** 0 stored, 8 deflated. */
  method: number;
  encrypted: boolean;
  /** Unix file type and permissions, 0 where the zip tells none. */
  mode: number;
  /** Where the entry begins in the zip, with its local header and its name again. */
  start: number;
  /** Bytes of the name in the zip. */
  nameBytes: number;
  /** Where the next entry or the directory begins: the entry cannot reach further. */
  end: number;
}

/**
 * Reads the directory of a zip of which the last bytes are at hand. Only a
 * directory that is longer than those is asked for with one more request.
 * What is returned is read, not yet judged: see `check-entries.ts`.
 */
export async function readDirectory(pin: PinnedObject, tail: Uint8Array): Promise<Entry[] | Flaw> {
  const reader = new TailReader(pin, tail);
  try {
    return await entriesOf(reader, pin.size);
  } catch (error) {
    if (reader.fault) throw reader.fault;
    return { code: 'ARTIFACT_NOT_A_ZIP', message: (error as Error).message, expected: 'a zip file' };
  }
}

async function entriesOf(reader: TailReader, size: number): Promise<Entry[] | Flaw> {
  const zip = await fromRandomAccessReaderPromise(reader, size, {
    lazyEntries: true,
    autoClose: false,
    // Names are judged here, all of them, where yauzl would stop at the first bad one.
    decodeStrings: false,
    validateEntrySizes: false,
  });
  if (zip.entryCount > MAX_FILES) return tooMany(zip.entryCount);

  const entries: Entry[] = [];
  for await (const raw of zip.eachEntry()) entries.push(toEntry(raw));
  // Old writers count modulo 65,536; the directory goes on after what was counted.
  if (await reader.startsWith(reader.furthest, DIRECTORY_SIGNATURE)) return tooMany(`more than ${zip.entryCount}`);

  return withEnds(entries, reader.directoryStart);
}

const DIRECTORY_SIGNATURE = Buffer.from('PK\x01\x02', 'latin1');

const tooMany = (found: number | string): Flaw => ({
  code: 'ARTIFACT_TOO_MANY_FILES',
  message: `the zip has ${found} entries`,
  expected: `at most ${MAX_FILES} files`,
});

const UNIX = 3;
const UTF8_NAMES = 0x800;

function toEntry(raw: ZipEntry): Entry {
  const name = raw.fileName as unknown as Buffer;
  // macOS writes UTF-8 without telling so.
  const utf8 = isUtf8(name) ? UTF8_NAMES : 0;
  return {
    path: getFileNameLowLevel(raw.generalPurposeBitFlag | utf8, name, raw.extraFields, true),
    nameBytes: name.length,
    crc: raw.crc32,
    size: raw.uncompressedSize,
    packed: raw.compressedSize,
    method: raw.compressionMethod,
    encrypted: raw.isEncrypted(),
    mode: raw.versionMadeBy >>> 8 === UNIX ? raw.externalFileAttributes >>> 16 : 0,
    start: raw.relativeOffsetOfLocalHeader,
    end: 0,
  };
}

function withEnds(entries: Entry[], directoryStart: number): Entry[] {
  const byStart = entries.toSorted((a, b) => a.start - b.start);
  byStart.forEach((entry, index) => {
    entry.end = byStart[index + 1]?.start ?? directoryStart;
  });
  return entries;
}

/** No directory of allowed size is longer: 50,000 names of 900 bytes would be, but none is real. */
const MAX_DIRECTORY = 24 * 1024 * 1024;

/** Serves yauzl from the zip's last bytes, and fetches what lies before them when it is asked for. */
class TailReader extends RandomAccessReader {
  /** Trouble with S3, as against trouble with the zip. */
  fault: unknown;
  /** Where the first and after the last byte of the directory are, as far as it was read. */
  directoryStart = Number.POSITIVE_INFINITY;
  furthest = 0;
  readonly #pin: PinnedObject;
  #bytes: Buffer;
  #opened = false;

  constructor(pin: PinnedObject, tail: Uint8Array) {
    super();
    this.#pin = pin;
    this.#bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#notice(length, position);
    if (this.#has(position, length)) {
      this.#copy(buffer, offset, length, position);
      callback(null);
      return;
    }
    this.#fetch(position, length).then(
      () => {
        this.#copy(buffer, offset, length, position);
        callback(null);
      },
      (error) => callback(error as Error),
    );
  }

  async startsWith(position: number, signature: Buffer): Promise<boolean> {
    if (position === 0 || !this.#has(position, signature.length)) return false;
    const found = Buffer.alloc(signature.length);
    this.#copy(found, 0, found.length, position);
    return found.equals(signature);
  }

  /** yauzl reads the end, perhaps the zip64 record of 56 bytes, then headers of 46 bytes in their order. */
  #notice(length: number, position: number): void {
    if (length === 46) {
      if (!this.#opened) this.directoryStart = position;
      this.#opened = true;
    }
    if (this.#opened) this.furthest = position + length;
  }

  get #start(): number {
    return this.#pin.size - this.#bytes.length;
  }

  #has(position: number, length: number): boolean {
    return position >= this.#start && position + length <= this.#pin.size;
  }

  #copy(buffer: Buffer, offset: number, length: number, position: number): void {
    this.#bytes.copy(buffer, offset, position - this.#start, position - this.#start + length);
  }

  async #fetch(position: number, length: number): Promise<void> {
    if (position < 0 || position + length > this.#pin.size) throw new Error('the zip points beyond its own end');
    if (this.#pin.size - position > MAX_DIRECTORY) throw new Error('the zip has a directory of more than 24 MB');
    try {
      const chunks: Uint8Array[] = [];
      const before = await readRange(this.#pin, position, this.#start);
      if (!before) throw new Error('the artifact changed while it was read');
      for await (const chunk of before) chunks.push(chunk);
      this.#bytes = Buffer.concat([...chunks, this.#bytes]);
    } catch (error) {
      this.fault = error;
      throw error;
    }
  }
}
