import { createHash } from 'node:crypto';
import { isForbidden, type PinnedObject, readRange, readTail } from '../../aws/objects.ts';
import type { Problem } from '../../errors.ts';
import { parseArtifact } from '../../manifest/artifact.ts';
import type { PlanRequest } from '../target.ts';
import { type Entry, readDirectory } from './directory.ts';
import { forbidden, missing, urlOf } from './flaws.ts';
import type { Flaw } from './limits.ts';

/** A zip whose directory was read, and whose bytes were all seen once. */
export interface Artifact {
  zip: PinnedObject;
  entries: Entry[];
  /** Of the bytes, base64. */
  sha256: string;
}

/** Holds the directory of a package of 4,000 files, and most packages as a whole. */
const TAIL = 512 * 1024;

/** The artifact of a function, in the version that is there now; or why there is none, and the text to place that by. */
export async function readArtifact(artifact: string, from: PlanRequest['from']): Promise<Artifact | Problem> {
  const place = parseArtifact(artifact, from);
  const isBeside = !artifact.startsWith('s3://');
  const version = place.versionId ?? (isBeside ? from.artifactVersion : undefined);
  const { bucket, key } = place;
  const at = (flaw: Flaw): Problem => ({ ...flaw, place: { file: urlOf(place) } });

  const found = await readTail({ bucket, key, ...(version && { version }) }, TAIL).catch((error) => {
    if (isForbidden(error)) return 'forbidden' as const;
    throw error;
  });
  if (found === 'forbidden') return at(forbidden(bucket));
  if (!found) return at(missing(version));
  const entries = await readDirectory(found.pin, found.tail);
  if (!Array.isArray(entries)) return at(entries);
  const sha256 = await digestOf(found.pin, found.tail);
  return sha256 ? { zip: found.pin, entries, sha256 } : at(missing(version));
}

/** Undefined when it was replaced while it was read. */
async function digestOf(pin: PinnedObject, tail: Uint8Array): Promise<string | undefined> {
  const hash = createHash('sha256');
  const before = pin.size - tail.length;
  if (before > 0) {
    const bytes = await readRange(pin, 0, before);
    if (!bytes) return undefined;
    for await (const chunk of bytes) hash.update(chunk);
  }
  return hash.update(tail).digest('base64');
}
