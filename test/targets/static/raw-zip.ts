import { crc32, deflateRawSync } from 'node:zlib';

/** An entry as it shall stand in the zip, with whatever lies are to be told about it. */
export interface RawEntry {
  name: string | Buffer;
  content?: string | Buffer;
  method?: number;
  flags?: number;
  /** Unix mode with its file type. */
  mode?: number;
  /** Told instead of the truth. */
  crc?: number;
  size?: number;
  packed?: number;
  offset?: number;
}

/** Builds a zip byte by byte, so that it can be wrong in any way. */
export function rawZip(entries: RawEntry[], told: { count?: number; directory?: number } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content ?? 'content');
    const method = entry.method ?? 8;
    const data = method === 8 ? deflateRawSync(content) : content;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(entry.flags ?? 0x800, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(entry.crc ?? crc32(content), 10);
    fields.writeUInt32LE(entry.packed ?? data.length, 14);
    fields.writeUInt32LE(entry.size ?? content.length, 18);
    fields.writeUInt16LE(name.length, 22);

    const outer = Buffer.alloc(14);
    outer.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 6);
    outer.writeUInt32LE(entry.offset ?? at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), fields, outer, name);

    parts.push(Buffer.from('PK\x03\x04', 'latin1'), fields, name, data);
    at += 30 + name.length + data.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  const count = (told.count ?? entries.length) & 0xffff;
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(told.directory ?? at, 12);
  return Buffer.concat([...parts, list, Buffer.from('PK\x05\x06', 'latin1'), end]);
}
