import { isUtf8 } from 'node:buffer';
import { fromRandomAccessReaderPromise, getFileNameLowLevel, type Entry as ZipEntry } from 'yauzl';
import type { PinnedObject } from '../../aws/objects.ts';
import { type Flaw, MAX_FILES } from './limits.ts';
import { TailReader } from './tail-reader.ts';

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

/** Systems whose zips tell a Unix mode: Unix, and macOS by its own number. */
const UNIX = [3, 19];
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
    mode: UNIX.includes(raw.versionMadeBy >>> 8) ? raw.externalFileAttributes >>> 16 : 0,
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
