import { createCipheriv, createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';

/** A made-up site of 3,000 files and 106 MB, the same for the same seed. */
export type Site = Map<string, Buffer>;

const FILES = 3000;
const BYTES = 106_000_000;
const PAGES = 0.1;
/** Share of a file that does not compress. */
const NOISE = 0.66;

/** Bytes that look random, and are the same for the same name. */
function noise(name: string, size: number): Buffer {
  const key = createHash('sha256').update(name).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

function content(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(size, 'The quick brown fox jumps over the lazy dog. ');
  noise(name, Math.round(size * NOISE)).copy(bytes);
  return bytes;
}

/** Sizes as sites have them: many small, few large. */
function sizes(seed: string): number[] {
  const random = noise(`${seed} sizes`, FILES * 4);
  const raw = Array.from({ length: FILES }, (_, i) => Math.exp((random.readUInt32LE(i * 4) / 2 ** 32) * 5));
  const sum = raw.reduce((total, size) => total + size, 0);
  return raw.map((size) => Math.round((size / sum) * BYTES));
}

/**
 * @param hashed whether the assets' names hold hashes of their contents.
 * @param changed share of the files that differ from version 1.
 */
export function makeSite(seed: string, hashed: boolean, changed = 0): Site {
  const site: Site = new Map();
  sizes(seed).forEach((size, i) => {
    const isNew = (i * 7919) % FILES < FILES * changed;
    const bytes = content(`${seed} ${i} ${isNew ? 2 : 1}`, size);
    site.set(nameOf(i, bytes, hashed), bytes);
  });
  return site;
}

const KINDS = ['js', 'css', 'svg', 'webp', 'woff2'];

function nameOf(i: number, bytes: Buffer, hashed: boolean): string {
  if (i === 0) return 'index.html';
  if (i < FILES * PAGES) return `pages/page-${i}/index.html`;
  const kind = KINDS[i % KINDS.length];
  if (!hashed) return `files/part-${i}.${kind}`;
  return `assets/part${i}-${createHash('sha256').update(bytes).digest('base64url').slice(0, 8)}.${kind}`;
}

export async function zipSite(site: Site, file: string): Promise<void> {
  const zip = new yazl.ZipFile();
  for (const [path, bytes] of site) zip.addBuffer(bytes, path, { mtime: new Date(0), mode: 0o100644 });
  zip.end();
  await pipeline(zip.outputStream as unknown as NodeJS.ReadableStream, createWriteStream(file));
}
