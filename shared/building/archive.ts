import { inflateRawSync } from 'node:zlib';
import { directoryIn, TAIL_BYTES } from '../targets/artifact/zip-end.ts';

/** One entry of a zip that is in memory as a whole. */
export interface ArchiveEntry {
  path: string;
  /** Bytes of the content, and in the zip. */
  size: number;
  packed: number;
  /** Its record in the zip’s directory. */
  record: Buffer;
  /** From its local header up to the next one. */
  local: Buffer;
}

export interface Archive {
  entries: ArchiveEntry[];
  /** What stands at its end: `git archive` writes the commit there. */
  comment: string;
}

/** https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3 */
const END = 0x06054b50;
const LISTED = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LISTED_BYTES = 46;
const LOCAL_BYTES = 30;

/** Reads a zip as providers make it of a commit; undefined where it is none, or one of the large kind (zip64). */
export function readArchive(zip: Buffer): Archive | undefined {
  const directory = directoryIn(zip.subarray(-TAIL_BYTES), zip.length);
  if (typeof directory === 'string') return undefined;
  const { start, end } = directory;
  // Of a large one another record comes first.
  if (zip.readUInt32LE(end) !== END) return undefined;
  const found: { at: number; path: string; size: number; packed: number; record: Buffer }[] = [];
  for (let at = start; at < end; ) {
    if (at + LISTED_BYTES > end || zip.readUInt32LE(at) !== LISTED) return undefined;
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const next = at + LISTED_BYTES + name + extra + comment;
    found.push({
      at: zip.readUInt32LE(at + 42),
      path: zip.toString('utf8', at + LISTED_BYTES, at + LISTED_BYTES + name),
      size: zip.readUInt32LE(at + 24),
      packed: zip.readUInt32LE(at + 20),
      record: zip.subarray(at, next),
    });
    at = next;
  }
  const starts = [...found.map(({ at }) => at), start].sort((one, other) => one - other);
  const next = new Map(starts.map((at, index) => [at, starts[index + 1] ?? start]));
  const entries = found.map(({ at, ...entry }) => ({ ...entry, local: zip.subarray(at, next.get(at)) }));
  if (entries.some(({ local }) => local.length < LOCAL_BYTES || local.readUInt32LE(0) !== LOCAL)) return undefined;
  return { entries, comment: zip.toString('latin1', end + END_BYTES) };
}

/** The bytes of an entry; only for small ones. */
export function contentOf({ local, packed }: ArchiveEntry): Buffer {
  const begin = LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
  const bytes = local.subarray(begin, begin + packed);
  return local.readUInt16LE(8) === 0 ? bytes : inflateRawSync(bytes);
}

/**
 * The same zip without the one folder that everything lies in, so that its root is the repository’s. What is packed stays as
 * it is.
 */
export function withoutFolder({ entries }: Archive, folder: string): Buffer {
  const inside = entries.filter(({ path }) => path !== `${folder}/`);
  const cut = Buffer.byteLength(`${folder}/`);
  const [locals, records]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { local, record } of inside) {
    const moved = withoutBeginning(local, 26, LOCAL_BYTES, cut);
    const listed = withoutBeginning(record, 28, LISTED_BYTES, cut);
    listed.writeUInt32LE(offset, 42);
    locals.push(moved);
    records.push(listed);
    offset += moved.length;
  }
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(inside.length, 8);
  end.writeUInt16LE(inside.length, 10);
  end.writeUInt32LE(
    records.reduce((sum, { length }) => sum + length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...records, end]);
}

/** A header whose name has lost its first bytes. */
function withoutBeginning(header: Buffer, lengthAt: number, nameAt: number, cut: number): Buffer {
  const moved = Buffer.concat([header.subarray(0, nameAt), header.subarray(nameAt + cut)]);
  moved.writeUInt16LE(header.readUInt16LE(lengthAt) - cut, lengthAt);
  return moved;
}
