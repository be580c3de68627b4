import { setting } from '../../aws/config.ts';
import { isForbidden, readTail } from '../../aws/objects.ts';
import type { Problem } from '../../errors.ts';
import { parseArtifact } from '../../manifest/artifact.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { type Refused, refused } from '../../outcome.ts';
import { type Entry, readDirectory } from '../artifact/directory.ts';
import { forbidden, missing, urlOf } from '../artifact/flaws.ts';
import type { Flaw } from '../artifact/limits.ts';
import { filesDigest, releaseOf } from '../artifact/release.ts';
import type { Plan, PlanRequest } from '../target.ts';
import { capped, checkEntries } from './check-entries.ts';
import type { Detail } from './detail.ts';
import { immutablePrefixes } from './immutable.ts';
import { siteOf, siteUrl } from './layout.ts';
import { type Arm, encodePointer } from './pointer.ts';

/** Holds the directory of a site of 4,000 files; a longer one costs a second request. */
const TAIL = 512 * 1024;

/** Judges the artifact by its directory, which is all that is read of it, and settles the release. */
export async function plan({ pilot, environment, manifest, from }: PlanRequest): Promise<Plan | Refused> {
  const { artifact } = manifest.source;
  if (manifest.target !== 'static' || artifact === undefined)
    throw new Error(`${pilot} is no static site with an artifact`);
  const place = parseArtifact(artifact, from);
  const file = urlOf(place);
  const refuse = (...flaws: Flaw[]) => refused(...flaws.map((flaw): Problem => ({ ...flaw, place: { file } })));

  const { bucket, key } = place;
  const isBeside = !artifact.startsWith('s3://');
  const versionId = place.versionId ?? (isBeside ? from.artifactVersion : undefined);
  const found = await readTail({ bucket, key, ...(versionId && { version: versionId }) }, TAIL).catch((error) => {
    if (isForbidden(error)) return 'forbidden' as const;
    throw error;
  });
  if (found === 'forbidden') return refuse(forbidden(bucket));
  if (!found) return refuse(missing(versionId));
  const entries = await readDirectory(found.pin, found.tail);
  if (!Array.isArray(entries)) return refuse(entries);
  const { files, flaws } = checkEntries(entries, manifest.static);
  if (flaws.length > 0) return refuse(...capped(flaws));

  const digest = filesDigest(files);
  const arm = armOf(manifest, files, releaseOf(manifest, digest));
  const tooLarge = pointerProblem(arm);
  if (tooLarge) return refused(tooLarge);

  const site = siteOf(pilot, environment);
  const detail: Detail = {
    site,
    artifact: found.pin,
    directory: found.pin.size - Math.max(...entries.map(({ end }) => end)),
    files: digest,
    arm,
  };
  return {
    target: 'static',
    pilot,
    environment,
    release: arm.release,
    url: siteUrl(setting('SITE_URL'), site),
    summary: { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) },
    detail,
  };
}

function armOf(manifest: ResolvedFor<'static'>, files: Entry[], release: string): Arm {
  const { index, notFound, cleanUrls, immutable } = manifest.static;
  return {
    release,
    immutable: immutable === 'auto' ? immutablePrefixes(files.map(({ path }) => path)) : immutable,
    cleanUrls,
    index,
    ...(notFound !== undefined && { notFound }),
  };
}

/** While traffic is shifted, the pointer holds two arms: where two of this one fit, any two that passed do. */
function pointerProblem(arm: Arm): Problem | undefined {
  const text = encodePointer({ fence: Number.MAX_SAFE_INTEGER, live: arm, next: { ...arm, weight: 50 } });
  return typeof text === 'string' ? undefined : text;
}
