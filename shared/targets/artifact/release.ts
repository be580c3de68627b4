import { createHash } from 'node:crypto';
import { canonicalJson } from '../../manifest/digest.ts';
import type { Entry } from './directory.ts';

const DIGITS = 20;

const digest = (value: unknown) => createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, DIGITS);

/** Digest of what is published: names, contents, sizes. How the zip packs and orders them does not matter. */
export function filesDigest(entries: Pick<Entry, 'path' | 'crc' | 'size'>[]): string {
  const rows = entries.map(({ path, crc, size }) => [path, crc, size] as const);
  return digest(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A release's name: the same for the same resolved manifest and the same files. */
export const releaseOf = (manifest: object, files: string): string => digest({ manifest, files });
