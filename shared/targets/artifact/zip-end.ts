import { crc32 } from 'node:zlib';

/** A file to be put into a zip, at its end. */
export interface Added {
  path: string;
  content: string;
}

/** Where a zip's directory begins and ends, and how many files it tells of. */
export interface Directory {
  start: number;
  end: number;
  count: number;
}

/** So many last bytes hold the record at a zip's end, with the longest comment that may follow it. */
export const TAIL_BYTES = 66 * 1024;

/** https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3 and 4.4 */
const FILE = 0x04034b50;
const LISTED = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const MANY = 0xffff;
const FAR = 0xffffffff;
const UTF8 = 0x0800;
/** A version of the format that all know, and a time that says nothing: 1 January 1980. */
const VERSION = 20;
const UNIX = 3 << 8;
const DATE = (1 << 5) | 1;
const READABLE = 0o100644;

/** @param tail the zip's last bytes. @returns why nothing can be added to it, in words, otherwise. */
export function directoryIn(tail: Uint8Array, size: number): Directory | string {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = bytes.length - END_BYTES; at >= 0; at -= 1) {
    if (bytes.readUInt32LE(at) !== END || at + END_BYTES + bytes.readUInt16LE(at + 20) !== bytes.length) continue;
    const found = directoryAt(bytes, at, size);
    return found.end === found.upTo && found.start >= 0 ? found : 'its directory is not where it says';
  }
  return 'it is no zip';
}

/** `upTo`: where what follows the directory begins. */
function directoryAt(bytes: Buffer, at: number, size: number): Directory & { upTo: number } {
  const before = size - bytes.length;
  const [count, length, start] = [
    bytes.readUInt16LE(at + 10),
    bytes.readUInt32LE(at + 12),
    bytes.readUInt32LE(at + 16),
  ];
  const locator = at - LOCATOR_BYTES;
  const isLong = count === MANY || length === FAR || start === FAR;
  if (!isLong || locator < 0 || bytes.readUInt32LE(locator) !== LOCATOR_64)
    return { start, end: start + length, count, upTo: before + at };
  const record = Number(bytes.readBigUInt64LE(locator + 8)) - before;
  if (record < 0 || record + 56 > locator || bytes.readUInt32LE(record) !== END_64)
    return { start, end: -1, count, upTo: 0 };
  const [many, long, far] = [32, 40, 48].map((field) => Number(bytes.readBigUInt64LE(record + field))) as Numbers;
  return { start: far, end: far + long, count: many, upTo: before + record };
}

type Numbers = [number, number, number];

/** What comes after the files that are there: those that are added, the directory, and its end. */
export function endOf(
  { start, count, listed }: Pick<Directory, 'start' | 'count'> & { listed: Buffer },
  added: readonly Added[],
): Buffer {
  const files: Buffer[] = [];
  const more: Buffer[] = [];
  let at = start;
  for (const { path, content } of added) {
    const [name, bytes] = [Buffer.from(path), Buffer.from(content)];
    const told = headOf(name, bytes);
    const file = Buffer.concat([numbers([FILE, 4]), told, name, bytes]);
    more.push(
      Buffer.concat([
        numbers([LISTED, 4], [UNIX | VERSION, 2]),
        told,
        numbers([0, 2], [0, 2], [0, 2], [READABLE * 2 ** 16, 4], [at, 4]),
        name,
      ]),
    );
    files.push(file);
    at += file.length;
  }
  const directory = Buffer.concat([listed, ...more]);
  const all = count + added.length;
  return Buffer.concat([
    ...files,
    directory,
    numbers([END, 4], [0, 2], [0, 2], [all, 2], [all, 2], [directory.length, 4], [at, 4], [0, 2]),
  ]);
}

/** What a file's own header and the directory tell of it alike. */
const headOf = (name: Buffer, content: Buffer): Buffer =>
  numbers(
    ...([
      [VERSION, 2],
      [UTF8, 2],
      [0, 2],
      [0, 2],
      [DATE, 2],
    ] as const),
    [crc32(content), 4],
    [content.length, 4],
    [content.length, 4],
    [name.length, 2],
    [0, 2],
  );

function numbers(...all: (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  return Buffer.concat(
    all.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );
}
