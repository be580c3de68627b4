import { createHash } from 'node:crypto';
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
const NAMES = Object.keys(SITES) as SiteName[];

const digestOf = (name: string) => createHash('sha256').update(name).digest('hex');

/** The same contents as images of services, wherever these are kept. */
export const imageDigest = (name: SiteName): string => `sha256:${digestOf(name)}`;
export const imageNamed = (name: SiteName): string => `acme/shop@${imageDigest(name)}`;
export const nameOfImage = (image: string): SiteName | undefined =>
  NAMES.find((name) => image.endsWith(`@${imageDigest(name)}`));

const zips = new Map<string, Buffer>();

/** Packs the sites, and functions and bundles that answer with their names; packing takes real time, so it is done before time stands still. */
export async function packSites(): Promise<void> {
  for (const name of NAMES) {
    if (zips.has(name)) continue;
    zips.set(name, await zipOf(SITES[name]));
    zips.set(`source ${name}`, await zipOf({ [`acme-shop-0123abc/src/${name}.txt`]: name }));
    zips.set(`bundle ${name}`, await zipOf({ 'server.js': `serve('${name}');` }));
    zips.set(`function ${name}`, await zipOf({ 'index.js': `exports.handler = async () => '${name}';` }));
  }
}

function packed(key: string): Buffer {
  const zip = zips.get(key);
  if (!zip) throw new Error('the sites are not packed yet');
  return zip;
}

/** The code that a site is built of, as its provider packs a commit. */
export const sourceNamed = (name: SiteName): Buffer => packed(`source ${name}`);

/** The site whose code a zip is; undefined where its files do not lie at its root. Names are not packed in a zip. */
export const nameOfSource = (zip: Buffer): SiteName | undefined =>
  zip.includes('acme-shop-0123abc/') ? undefined : NAMES.find((name) => zip.includes(`src/${name}.txt`));

/** A commit in which a site's code is what it is now. */
export const commitNamed = (name: SiteName): string => digestOf(`commit ${name}`).slice(0, 40);

export const zipNamed = (name: SiteName): Buffer => packed(name);
export const functionNamed = (name: SiteName): Buffer => packed(`function ${name}`);
export const bundleNamed = (name: SiteName): Buffer => packed(`bundle ${name}`);

export const nameOfBundle = (bundle: Uint8Array | undefined): SiteName | undefined =>
  bundle && NAMES.find((name) => bundleNamed(name).equals(bundle));

/** @param digest SHA-256 of a bundle, 64 hex digits. */
export const nameOfDigest = (digest: string): SiteName | undefined =>
  NAMES.find((name) => createHash('sha256').update(bundleNamed(name)).digest('hex') === digest);

/** @param code SHA-256 of a function's zip in base64. */
export const nameOfCode = (code: string): SiteName | undefined =>
  NAMES.find((name) => createHash('sha256').update(functionNamed(name)).digest('base64') === code);

/** A zip whose directory is whole and whose first file is not. */
export function damaged(zip: Buffer): Buffer {
  const bytes = Buffer.from(zip);
  const name = bytes.readUInt16LE(26);
  const extra = bytes.readUInt16LE(28);
  bytes.fill(0xff, 30 + name + extra, 30 + name + extra + 4);
  return bytes;
}
