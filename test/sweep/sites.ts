import { zipOf } from '../support/zip.ts';

/** The one pilot that is deployed; in production its site has its name. */
export const PILOT = 'acme';

export type Files = Record<string, string>;

/** Small sites that differ in each way that matters: a page that changes, one that stays, a name that is shared. */
export const SITES = {
  one: { 'index.html': '<h1>one</h1>', 'about.html': 'about us', 'assets/app-B3x9Kq2Z.js': 'one()' },
  two: { 'index.html': '<h1>two</h1>', 'about.html': 'about us', 'assets/app-T7w2Lm4Q.js': 'two()' },
  three: { 'index.html': '<h1>three</h1>', 'about.html': 'about us', 'assets/app-T7w2Lm4Q.js': 'two()' },
} as const satisfies Record<string, Files>;
export type SiteName = keyof typeof SITES;

const zips = new Map<string, Buffer>();

/** Packs the sites; packing takes real time, so it is done before time stands still. */
export async function packSites(): Promise<void> {
  for (const [name, files] of Object.entries(SITES)) if (!zips.has(name)) zips.set(name, await zipOf(files));
}

export function zipNamed(name: SiteName): Buffer {
  const zip = zips.get(name);
  if (!zip) throw new Error('the sites are not packed yet');
  return zip;
}

/** A zip whose directory is whole and whose first file is not. */
export function damaged(zip: Buffer): Buffer {
  const bytes = Buffer.from(zip);
  const name = bytes.readUInt16LE(26);
  const extra = bytes.readUInt16LE(28);
  bytes.fill(0xff, 30 + name + extra, 30 + name + extra + 4);
  return bytes;
}
