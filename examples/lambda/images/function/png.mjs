import { crc32, deflateSync, inflateSync } from 'node:zlib';

// PNG, as far as cameras and screenshots use it: eight bits a channel, not interlaced.
// https://www.w3.org/TR/png-3/

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const CHANNELS = { 2: 3, 6: 4 };

/** Width, height, channels (3, or 4 with transparency) and pixels, row by row. Throws for what it cannot read. */
export function readPng(file) {
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw new Error('this is no PNG image');
  const chunks = chunksOf(file);
  const header = chunks.find(({ type }) => type === 'IHDR').data;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, colour, , , interlaced] = header.subarray(8);
  const channels = CHANNELS[colour];
  if (depth !== 8 || !channels || interlaced) throw new Error('this kind of PNG image is not supported');
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  return { width, height, channels, pixels: unfiltered(inflateSync(packed), width * channels, channels) };
}

export function writePng({ width, height, channels, pixels }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, channels === 4 ? 6 : 2], 8);
  const length = width * channels;
  const rows = Buffer.alloc(height * (length + 1));
  for (let row = 0; row < height; row += 1) pixels.copy(rows, row * (length + 1) + 1, row * length, (row + 1) * length);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunksOf(file) {
  const chunks = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    chunks.push({ type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Each row begins with how its bytes were predicted: https://www.w3.org/TR/png-3/#9Filters */
function unfiltered(rows, length, channels) {
  const height = rows.length / (length + 1);
  const pixels = Buffer.alloc(height * length);
  for (let row = 0; row < height; row += 1) {
    const filter = rows[row * (length + 1)];
    for (let at = 0; at < length; at += 1) {
      const here = row * length + at;
      const left = at < channels ? 0 : pixels[here - channels];
      const up = row === 0 ? 0 : pixels[here - length];
      const corner = at < channels || row === 0 ? 0 : pixels[here - length - channels];
      pixels[here] = rows[row * (length + 1) + 1 + at] + predicted(filter, left, up, corner);
    }
  }
  return pixels;
}

function predicted(filter, left, up, corner) {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const [byLeft, byUp, byCorner] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs);
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}
