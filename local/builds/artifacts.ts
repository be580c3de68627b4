import { createHash } from 'node:crypto';
import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { basename, join, matchesGlob, relative, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { ProjectArtifacts } from '@aws-sdk/client-codebuild';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import yazl from 'yazl';
import { type Build, uuidOf } from './build.ts';
import type { ArtifactSpec } from './buildspec.ts';

/** Something that is to be in an artifact. */
interface Found {
  /** Where it is in the artifact. */
  name: string;
  path: string;
  mode: number;
  /** Of a link that is kept: where it leads. */
  link?: string;
}

export interface Output {
  /** Of the build: nothing from without is taken. */
  scratch: string;
  source: string;
  say: (line: string) => void;
}

/**
 * Collects what a buildspec names as the outcome.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.artifacts
 * @returns why there is nothing, otherwise.
 */
export async function collect(spec: ArtifactSpec, { scratch, source, say }: Output): Promise<Found[] | string> {
  const base = await baseOf(spec.baseDirectory ?? '.', source, scratch);
  if (!base) return `no matching base directory path found for ${spec.baseDirectory}`;
  const found: Found[] = [];
  for (const path of await pathsBelow(base)) {
    const below = relative(base, path);
    if (!spec.files.some((one) => fits(below, one)) || spec.excluded.some((one) => fits(below, one))) continue;
    const real = await realpath(path).catch(() => undefined);
    if (!real || !isWithin(real, scratch)) {
      say(`Skipping invalid file path ${below}`);
      continue;
    }
    const link = spec.keepsLinks ? await readlink(path).catch(() => undefined) : undefined;
    const { mode } = await stat(path);
    if (!link && (await stat(path)).isDirectory()) continue;
    found.push({ name: spec.discardsPaths ? basename(path) : below, path, mode, ...(link && { link }) });
  }
  return found.length > 0 ? found : 'no matching artifact paths found';
}

async function baseOf(pattern: string, source: string, scratch: string): Promise<string | undefined> {
  const candidates = /[*?[]/.test(pattern)
    ? (await pathsBelow(source, 'folders')).filter((path) => matchesGlob(relative(source, path), pattern))
    : [resolve(source, pattern)];
  for (const candidate of candidates) {
    const real = await realpath(candidate).catch(() => undefined);
    if (real && isWithin(real, scratch) && (await stat(real)).isDirectory()) return real;
  }
  return undefined;
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Names that begin with a dot are as others: by a sign of its own in place of the dot, which no pattern takes for special. */
const fits = (path: string, pattern: string): boolean => {
  const plain = (text: string) => text.replace(/^\.\//, '').replace(/(^|\/)\.(?=[^/.])/g, '$1\u0001');
  return matchesGlob(plain(path), plain(pattern));
};

async function pathsBelow(folder: string, kind: 'files' | 'folders' = 'files'): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((one) => one.isDirectory() === (kind === 'folders'))
    .map((one) => join(one.parentPath, one.name))
    .sort();
}

/** Writes the artifact where the order wants it, and tells where it is. @throws what S3 answered */
export async function upload(
  s3: S3Client,
  build: Build,
  found: readonly Found[],
  name: string,
): Promise<NonNullable<Build['artifact']>> {
  const { artifacts } = build.order;
  const Bucket = artifacts.location ?? '';
  const Key = keyOf(artifacts, name, uuidOf(build));
  const location = `arn:aws:s3:::${Bucket}/${Key}`;
  if (artifacts.packaging !== 'ZIP') {
    for (const one of found)
      await s3.send(new PutObjectCommand({ Bucket, Key: `${Key}/${one.name}`, Body: await readFile(one.path) }));
    return { location };
  }
  const Body = await zipOf(found);
  await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/zip' }));
  const digest = (kind: string) => createHash(kind).update(Body).digest('hex');
  return { location, sha256sum: digest('sha256'), md5sum: digest('md5') };
}

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectArtifacts.html */
function keyOf({ path = '', namespaceType }: ProjectArtifacts, name: string, uuid: string): string {
  const parts = [path, namespaceType === 'BUILD_ID' ? uuid : '', name === '/' ? '' : name];
  return parts
    .map((part) => part.replace(/^\/+|\/+$/g, ''))
    .filter((part) => part)
    .join('/');
}

export async function zipOf(found: readonly Found[]): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  const failed = new Promise<never>((_, reject) => zip.on('error', reject));
  for (const { name, path, mode, link } of found) {
    if (link === undefined) zip.addFile(path, name, { mode });
    else zip.addBuffer(Buffer.from(link), name, { mode: 0o120777 });
  }
  zip.end();
  return Promise.race([buffer(zip.outputStream), failed]);
}
