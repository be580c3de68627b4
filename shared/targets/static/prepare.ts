import { setting } from '../../aws/config.ts';
import { listObjects } from '../../aws/objects.ts';
import type { Problem } from '../../errors.ts';
import { done, type Failed, failed, type Outcome, refused } from '../../outcome.ts';
import { readDirectory } from '../artifact/directory.ts';
import { filesDigest } from '../artifact/release.ts';
import type { Lease, Live, Plan } from '../target.ts';
import { checkEntries } from './check-entries.ts';
import { type Detail, detailOf } from './detail.ts';
import { diff } from './diff.ts';
import { ArtifactFault, openRange } from './extract.ts';
import { type SourceFile, siteFiles } from './files.ts';
import { releasePrefix, sharedPrefix } from './layout.ts';
import { look } from './look.ts';
import { copy, othersIn, type Store, upload } from './store.ts';
import { readList, writeList } from './stored-list.ts';

/**
 * Stores a release beside the live one: what is new comes from the artifact,
 * what is as before is copied within S3, what is shared stays where it is. It
 * writes the release's list last; until then it can be run again, and goes on
 * where it was cut off. (The names in a release's prefix are never stored with
 * another content: the release is their digest.)
 */
export async function prepare(plan: Plan, live: Live, _lease: Lease): Promise<Outcome> {
  if ((await look(plan)).state === 'ready') return done({ note: 'all files are stored already' });
  try {
    return await store(plan, live);
  } catch (error) {
    if (!(error instanceof ArtifactFault)) throw error;
    const { code, message } = error;
    return code === 'ARTIFACT_CORRUPT' ? refused({ code, message, expected: 'a whole zip' }) : failed(code, message);
  }
}

async function store(plan: Plan, live: Live): Promise<Outcome> {
  const detail = detailOf(plan);
  const where: Store = { bucket: setting('SITE_BUCKET'), site: detail.site, release: plan.release };
  const before = live.release === plan.release ? undefined : live.release;
  const [files, previous, stored] = await Promise.all([
    filesOf(detail),
    before ? readList(where.bucket, where.site, before) : undefined,
    listObjects(where.bucket, releasePrefix(where.site, where.release)),
  ]);
  const changes = diff(files, previous ?? []);
  if (changes.conflicts.length > 0) return refused(...changes.conflicts.slice(0, MOST_TOLD).map(sharedChanged));

  const isMissing = ({ area, path, size }: SourceFile) => area === 'shared' || stored.get(path) !== size;
  const copies = changes.copy.filter(isMissing);
  const absent = before ? await copy(where, before, copies) : copies;
  const uploads = [...changes.upload.filter(isMissing), ...absent];

  // The release's own files come first: that they are there tells a second run that shared ones may be.
  const own = uploads.filter(({ area }) => area === 'release');
  const shared = uploads.filter(({ area }) => area === 'shared');
  await upload(where, detail.artifact, own);
  const taken = await storeShared(where, detail, shared, stored.size > 0);
  if (taken.length > 0) return failedFor(taken);

  await writeList(where.bucket, where.site, where.release, files.map(withoutEntry));
  return done({
    uploaded: own.length + shared.length,
    copied: copies.length - absent.length,
    bytesUploaded: uploads.reduce((sum, { size }) => sum + size, 0),
  });
}

/** @returns those whose name is taken by another content. */
async function storeShared(where: Store, detail: Detail, files: SourceFile[], again: boolean): Promise<SourceFile[]> {
  const there = again ? await listObjects(where.bucket, sharedPrefix(where.site)) : new Map<string, number>();
  const known = files.filter(({ path }) => there.has(path));
  const fresh = files.filter(({ path }) => !there.has(path));
  return [...(await othersIn(where, known)), ...(await upload(where, detail.artifact, fresh))];
}

/** Reads the artifact's directory again: only its place fits into a plan. */
async function filesOf({ artifact, directory, files, arm }: Detail): Promise<SourceFile[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await openRange(artifact, artifact.size - directory, artifact.size)) chunks.push(chunk);
  const entries = await readDirectory(artifact, Buffer.concat(chunks));
  const found = Array.isArray(entries) ? checkEntries(entries, arm).files : [];
  if (filesDigest(found) !== files) throw new ArtifactFault('ARTIFACT_GONE', 'the artifact is not what was planned');
  return siteFiles(found, arm.immutable, arm.notFound);
}

const withoutEntry = ({ path, crc, size, area }: SourceFile) => ({ path, crc, size, area });

const MOST_TOLD = 20;

const WHY = 'viewers and CDN keep it for a year under its name';

const sharedChanged = ({ path }: SourceFile): Problem => ({
  code: 'SHARED_CHANGED',
  message: `${path} has another content than before, but lies under an immutable prefix: ${WHY}`,
  expected: 'a new name for a new content',
  hint: 'let the build put a hash into the name, or name the prefixes that really are immutable under static.immutable',
});

function failedFor(taken: SourceFile[]): Failed {
  const names = taken.slice(0, MOST_TOLD).map(({ path }) => path);
  const more = taken.length > names.length ? ` and ${taken.length - names.length} more` : '';
  const reason = `already published with another content under an immutable prefix: ${names.join(', ')}${more}; ${WHY}`;
  return failed('SHARED_CHANGED', reason);
}
